import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { type Proof, type Row, readEnd, table } from './proof.ts'
import { proofs } from './proofs.ts'

/**
 * Every proof, one after the other, each in a process of its own: one that fails, or even dies, ends none of the others.
 * @param words none: full figures; `--quick`: the short ones; a number: that many of whatever each of them counts
 */
export async function proveAll(words: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const [name, proof] of Object.entries(proofs)) {
    const asked = wordsOf(proof, words)
    console.log(`\n=== ${[name, ...asked].join(' ')}: ${proof.what}`)
    const from = performance.now()
    const { code, output } = await run([name, ...asked])
    const seconds = Math.round((performance.now() - from) / 1000)
    rows.push({ proof: [name, ...asked].join(' '), ...proof, ...readEnd(code, output), seconds })
  }
  console.log(`\n${table(rows)}`)
  return rows
}

/** What a proof is asked for. */
export function wordsOf(proof: Proof, [word]: readonly string[]): readonly string[] {
  if (word === undefined) return proof.full
  if (word === '--quick') return proof.quick
  const count = Number(word)
  if (!Number.isInteger(count) || count < 1) throw new Error(`all [--quick | <count>], not ${word}`)
  const full = Number(proof.full[0])
  return Number.isNaN(full) ? proof.quick : [String(Math.min(full, count))]
}

function run(words: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // The end is what counts; a long proof says much.
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text)
    output = (output + text).slice(-20_000)
  })
  return new Promise(resolve => child.once('close', code => resolve({ code, output })))
}
