// What the server must not be allowed to do: each is 'granted' or 'prompt'.
const unneeded: Deno.PermissionDescriptor[] = [
  { name: 'env', variable: 'PATH' },
  { name: 'ffi' },
  { name: 'import' },
  { name: 'net', host: 'example.com' },
  { name: 'read', path: 'deno.json' },
  { name: 'run' },
  { name: 'sys' },
  { name: 'write', path: 'src' },
]
const states = unneeded.map((permission) => [permission.name, Deno.permissions.querySync(permission).state])
console.log(JSON.stringify(Object.fromEntries(states)))
