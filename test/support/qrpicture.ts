/** Modules of a QR code as a picture in RGBA, with the margin of four modules around them. */
export function pictureOf(modules: readonly (readonly boolean[])[], scale: number) {
  const width = (modules.length + 8) * scale
  const data = new Uint8ClampedArray(width * width * 4).fill(255)
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++)
      if (modules[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4])
        data.fill(0, 4 * (y * width + x), 4 * (y * width + x) + 3)
  return { width, height: width, data }
}

/** The same picture held before a camera: a film of one frame, without colour [YUV4MPEG2]. */
export function filmOf(modules: readonly (readonly boolean[])[]): Buffer {
  const [wide, high] = [640, 480]
  const { width, data } = pictureOf(modules, Math.floor(high / (modules.length + 8)))
  const light = Buffer.alloc(wide * high, 200)
  const [left, top] = [(wide - width) >> 1, (high - width) >> 1]
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++) light[(top + y) * wide + left + x] = data[4 * (y * width + x)]! === 0 ? 30 : 225
  const head = Buffer.from(`YUV4MPEG2 W${wide} H${high} F10:1 Ip A1:1 C420mpeg2\nFRAME\n`)
  return Buffer.concat([head, light, Buffer.alloc((wide * high) / 2, 128)])
}
