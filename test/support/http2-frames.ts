/** Frames of HTTP/2 (RFC 9113, section 4.1), for what no client sends: a stream that is reset when it is half there. */
function frame(type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(9)
  header.writeUIntBE(payload.length, 0, 3)
  header[3] = type
  header[4] = flags
  header.writeUInt32BE(stream, 5)
  return Buffer.concat([header, payload])
}

/** A header field that is in no table (RFC 7541, section 6.2.2). */
function field([name, value]: readonly [string, string]): Buffer {
  return Buffer.concat([Buffer.of(0, name.length), Buffer.from(name), Buffer.of(value.length), Buffer.from(value)])
}

/** The beginning of a connection, of a request, and of its body, which does not end. */
export function beginning(headers: Record<string, string>, body: string): Buffer {
  const pseudo = { ':method': 'POST', ':path': '/hook', ':scheme': 'http', ':authority': 'receiver.example' }
  const block = Buffer.concat(Object.entries({ ...pseudo, ...headers }).map(field))
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  return Buffer.concat([preface, frame(4, 0, 0), frame(1, 4, 1, block), frame(0, 0, 1, Buffer.from(body))])
}

/** RST_STREAM with this code. */
export function reset(code: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(code)
  return frame(3, 0, 1, payload)
}
