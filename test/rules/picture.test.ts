import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { PICTURE_MAX_BYTES, readPicture } from '../../rules/picture.ts'
import { jpegOf, pngChunk, pngOf } from '../support/pictures.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const exif = (turn: number, more = '') => {
  const tiff = Buffer.alloc(26)
  tiff.write('II*\0', 'latin1')
  tiff.writeUInt32LE(8, 4)
  tiff.writeUInt16LE(1, 8)
  tiff.writeUInt16LE(0x0112, 10)
  tiff.writeUInt16LE(3, 12)
  tiff.writeUInt32LE(1, 14)
  tiff.writeUInt16LE(turn, 18)
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from(more, 'latin1')])
}
const huge = Buffer.from(pngOf(1, 1))
huge.writeUInt32BE(60_000, 16)
huge.writeUInt32BE(60_000, 20)
const longChunk = Buffer.from(pngOf(2, 2))
longChunk.writeUInt32BE(0x7fffffff, 33)

/** [what somebody uploads, its bytes, what it is refused as] */
const hostile: [what: string, bytes: Uint8Array, fault: string][] = [
  ['nothing', Buffer.alloc(0), 'picture-kind'],
  ['a page', Buffer.from('<html><script>1</script></html>'), 'picture-kind'],
  ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;'), 'picture-kind'],
  ['a WebP', Buffer.from('RIFF\x10\x00\x00\x00WEBPVP8 \x00\x00\x00\x00'), 'picture-kind'],
  ['a PNG that is only its name', pngOf(3, 3).subarray(0, 8), 'picture-broken'],
  ['a PNG without its end', pngOf(3, 3).subarray(0, -12), 'picture-broken'],
  ['a PNG without pixels', Buffer.concat([pngOf(3, 3).subarray(0, 33), pngChunk('IEND')]), 'picture-broken'],
  ['a PNG whose head comes second', Buffer.concat([pngOf(3, 3).subarray(0, 8), pngChunk('tEXt')]), 'picture-broken'],
  ['a PNG with a piece longer than the file', longChunk, 'picture-broken'],
  ['a PNG that would unpack to 3.6 thousand million pixels', huge, 'picture-pixels'],
  ['a PNG of no width', pngOf(0, 5), 'picture-broken'],
  ['a strip of 20,000 pixels', pngOf(20_000, 1), 'picture-pixels'],
  ['a JPEG that is only its name', Buffer.from([0xff, 0xd8, 0xff]), 'picture-broken'],
  ['a JPEG without its end', jpegOf(8, 8).subarray(0, -2), 'picture-broken'],
  ['a JPEG without pixels', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), 'picture-broken'],
  ['a JPEG of 65,000 x 65,000', jpegOf(65_000, 65_000), 'picture-pixels'],
  ['a JPEG with two sizes', jpegOf(8, 8, [[0xc0, Buffer.from([8, 0, 9, 0, 9, 1])]]), 'picture-broken'],
  ['more bytes than there may be', Buffer.concat([pngOf(3, 3), Buffer.alloc(PICTURE_MAX_BYTES)]), 'picture-bytes'],
]

describe('a picture of a plan', () => {
  it.each(hostile)('that is %s is refused', (_, bytes, fault) => {
    const read = readPicture(bytes)
    expect(read.ok ? 'taken' : read.fault).toBe(fault)
  })
  it('looked at every kind', () => expect(hostile).toHaveLength(18))

  it('PNG keeps its pixels, and neither texts nor what hangs behind its end', () => {
    const plain = pngOf(40, 30)
    const at = 33
    const words = pngChunk('tEXt', Buffer.from('Author\0Zhang San'))
    const more = Buffer.concat([plain.subarray(0, at), words, plain.subarray(at), Buffer.from('<script>1</script>')])
    const read = readPicture(more)
    expect(read).toMatchObject({ ok: true, kind: 'png', width: 40, height: 30 })
    expect(read.ok && Buffer.from(read.bytes).equals(plain)).toBe(true)
    // The pieces are those of the standard: their sums are right.
    expect(plain.readUInt32BE(29)).toBe(crc32(plain.subarray(12, 29)))
  })

  it('JPEG keeps how it was held, not where and by whom', () => {
    const photo = jpegOf(400, 300, [
      [0xe1, exif(6, 'GPS 39.9042N by Zhang San')],
      [0xfe, Buffer.from('a comment')],
    ])
    const read = readPicture(Buffer.concat([photo, Buffer.from('PK a second file')]))
    if (!read.ok) throw new Error(read.fault)
    // Held upright: the page shows it turned.
    expect([read.width, read.height]).toEqual([300, 400])
    expect(text(read.bytes)).not.toMatch(/GPS|Zhang|comment|PK/)
    // What is kept is read once more and is the same.
    expect(readPicture(read.bytes)).toEqual(read)
    expect(readPicture(jpegOf(400, 300, [[0xe1, exif(1)]]))).toMatchObject({ width: 400, height: 300 })
  })
})
