/** What a test has to know of a printed document, read off the bytes that Chromium writes. */
const plainOf = (pdf: Uint8Array): string => Buffer.from(pdf).toString('latin1')
export const pagesOf = (pdf: Uint8Array): number => plainOf(pdf).match(/\/Type\s*\/Page\b/g)?.length ?? 0
/** Width and height of the first sheet in whole mm. */
export function sheetMm(pdf: Uint8Array): readonly [number, number] {
  const box = /\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/.exec(plainOf(pdf))
  const mm = (points: string | undefined) => Math.round((Number(points) / 72) * 25.4)
  return [mm(box?.[1]), mm(box?.[2])]
}
