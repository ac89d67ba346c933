import { composePlaza } from '../../firmware-sim/plaza.ts'
import { type LinePlace, linesAt } from '../../gateway/demo/site.ts'

/** Every line of the demo building, at ports where nobody listens. */
export const noPorts = (): Readonly<Record<string, LinePlace>> =>
  Object.fromEntries(
    [...composePlaza(0).lines.values()].map(({ id, protocol }, i) => [
      id,
      { protocol, port: i + 1, pty: null, baudRate: null },
    ]),
  )
export const demoLines = linesAt(noPorts())
