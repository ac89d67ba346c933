import { crc32, deflateSync } from 'node:zlib'

/** One piece of a PNG: length, name, data, check sum [PNG 5.3]. */
export function pngChunk(name: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const piece = Buffer.alloc(12 + data.length)
  piece.writeUInt32BE(data.length, 0)
  piece.write(name, 4, 'latin1')
  piece.set(data, 8)
  piece.writeUInt32BE(crc32(piece.subarray(4, 8 + data.length)), 8 + data.length)
  return piece
}

/** A PNG in grey that a browser shows. @param width, height px */
export function pngOf(width: number, height: number): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head[8] = 8
  const rows = Buffer.alloc((width + 1) * height, 0xdd)
  for (let y = 0; y < height; y++) rows[y * (width + 1)] = 0
  const sign = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([sign, pngChunk('IHDR', head), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND')])
}

/** The frame of a JPEG: right in its structure, its pixels are none. @param more segments before its frame */
export function jpegOf(width: number, height: number, more: readonly (readonly [number, Uint8Array])[] = []): Buffer {
  const segment = (marker: number, data: Uint8Array) => {
    const head = Buffer.from([0xff, marker, 0, 0])
    head.writeUInt16BE(data.length + 2, 2)
    return Buffer.concat([head, data])
  }
  const frame = Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    ...more.map(([marker, data]) => segment(marker, data)),
    segment(0xc0, frame),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xd9]),
  ])
}
