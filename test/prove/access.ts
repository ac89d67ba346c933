import { controllerModel } from '../support/controllermodel.ts'
import { doorModel } from '../support/doormodel.ts'
import { shortOfSequences } from './enough.ts'
import type { Proven } from './proof.ts'

/**
 * Random sequences of cards issued, stopped and shown, partitions, restarts, clocks set, what was said said again and in
 * another order: the gateway's decision and records beside a tiny diary, and controllers that decide alone beside another.
 * No door opens for whom it should not, and nobody is kept in.
 */
export async function proveAccess(count = 10_000): Promise<Proven> {
  const seed = Date.now() % 1_000_000
  console.log(`seed ${seed}`)
  const alone = await proveModel('controllers alone', controllerModel, count, seed, 500)
  const gateway = alone && (await proveModel('gateway', doorModel, count, seed, 1000))
  const said = (holds: boolean) => (holds ? `${count} sequences, 0 wrong` : 'WRONG, seen above')
  return { holds: alone && gateway, figure: `controllers alone ${said(alone)}; gateway ${said(gateway)}; seed ${seed}` }
}

interface Model {
  readonly told: { readonly sequences: number; readonly wrong: readonly string[] }
  prove(count: number, seed: number): Promise<void>
  end(): void
}
/** @param each so many in one folder: the records of ten thousand sites are not what is proven */
async function proveModel(
  name: string,
  make: () => Model,
  count: number,
  seed: number,
  each: number,
): Promise<boolean> {
  const sums: Record<string, number> = {}
  for (let done = 0; done < count; done += each) {
    const model = make()
    let holds = true
    try {
      await model.prove(Math.min(each, count - done), seed + done)
    } catch (error) {
      console.log(String(error))
      holds = false
    } finally {
      for (const [what, n] of Object.entries({ ...model.told, wrong: model.told.wrong.length }))
        sums[what] = (sums[what] ?? 0) + Number(n)
      console.log(name, JSON.stringify(sums))
      model.end()
    }
    if (!holds) return false
  }
  const short = shortOfSequences(count, sums)
  if (short.length > 0) console.log(`too seldom: ${short.join(', ')}`)
  return short.length === 0
}
