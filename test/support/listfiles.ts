/** As Excel in China saves a list. */
export function gbkOf(text: string): Buffer {
  const decoder = new TextDecoder('gb18030')
  const codes = new Map<string, number>()
  for (let high = 0xa1; high < 0xf8; high++)
    for (let low = 0xa1; low < 0xff; low++) codes.set(decoder.decode(Uint8Array.of(high, low)), (high << 8) | low)
  return Buffer.from(
    [...text].flatMap(char => {
      const code = codes.get(char)
      return code === undefined ? [char.charCodeAt(0)] : [code >> 8, code & 0xff]
    }),
  )
}
/** A photo of two pixels by one, grey. */
export const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAIBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z',
  'base64',
)
