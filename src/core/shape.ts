import * as z from 'zod/mini'
import { $constructor, $ZodObjectJIT } from 'zod/v4/core'

/** How an object schema of zod is described inside. */
interface Definition {
  readonly type: 'object'
  readonly shape: Readonly<Record<string, z.ZodMiniType>>
  readonly catchall?: z.ZodMiniType
}

type Initialize = (schema: z.ZodMiniObject, definition: Definition) => void

/** An object schema that zod compiles when it is first used: `zod/mini` alone would walk through it each time. */
const Compiled = /* @__PURE__ */ $constructor('CompiledObject', (schema: z.ZodMiniObject, definition: Definition) => {
  // A function that asserts is only called by a name with a type of its own.
  const initialize: Initialize = z.ZodMiniObject.init
  initialize(schema, definition)
  const walk = schema._zod.parse
  let compiled: typeof walk | undefined
  schema._zod.parse = (payload, context) => {
    compiled ??= compile(schema, definition, walk)
    return compiled(payload, context)
  }
})

/** zod asks here whether the runtime makes code from text, and must not ask while a module loads. Where not, it walks. */
function compile(schema: z.ZodMiniObject, definition: Definition, walk: typeof schema._zod.parse): typeof walk {
  schema._zod.parse = walk
  const initialize: Initialize = $ZodObjectJIT.init
  initialize(schema, definition)
  return schema._zod.parse
}

/** As zod's `object`. */
// @__NO_SIDE_EFFECTS__
export function object<Shape extends Record<string, z.ZodMiniType>>(shape: Shape): z.ZodMiniObject<Shape> {
  return new Compiled({ type: 'object', shape }) as unknown as z.ZodMiniObject<Shape> // what init made of it
}

/** Any members, all of one schema. As zod's `record` with text as its keys, which takes more code. */
// @__NO_SIDE_EFFECTS__
export function record<Value extends z.ZodMiniType>(value: Value): RecordOf<Value> {
  return new Compiled({ type: 'object', shape: {}, catchall: value }) as unknown as RecordOf<Value> // an object of nothing but others
}

type RecordOf<Value> = z.ZodMiniType<Record<string, z.output<Value>>, Record<string, z.input<Value>>>

/**
 * A map of schemas of which each is made when it is first asked for: a sender has many, a server meets a few, and to make
 * them all takes longer than to load the rest.
 */
// @__NO_SIDE_EFFECTS__
export function lazily<Makers extends Readonly<Record<string, () => unknown>>>(makers: Makers): Made<Makers> {
  const map: Record<string, unknown> = {}
  for (const [name, make] of Object.entries(makers)) {
    let value: unknown
    const get = (): unknown => {
      value ??= make()
      Reflect.defineProperty(map, name, { value, enumerable: true }) // not where somebody has frozen the map
      return value
    }
    Object.defineProperty(map, name, { get, enumerable: true, configurable: true })
  }
  return map as Made<Makers> // each name has its getter
}

type Made<Makers extends Readonly<Record<string, () => unknown>>> = {
  readonly [Name in keyof Makers]: ReturnType<Makers[Name]>
}
