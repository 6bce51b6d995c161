/** Method, path and status. No query, no header, no body: these may hold secrets. */
export function logRequest({ method, url = '' }: { method?: string; url?: string }, status: number | string): void {
  console.log(method, new URL(url, 'http://localhost').pathname, status)
}
