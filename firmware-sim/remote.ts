import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A message for the person at the keyboard. */
export class Trouble extends Error {}

/**
 * Finds the control port of the running building: `--control-port <port>`, or `<data>/demo.json`.
 * @returns the words that are left
 * @throws Trouble when there is none
 */
export async function target(args: readonly string[]): Promise<{ base: string; words: readonly string[] }> {
  const at = args.indexOf('--control-port')
  if (at >= 0) return { base: baseOf(portOf(args[at + 1])), words: [...args.slice(0, at), ...args.slice(at + 2)] }
  const file = join(process.env.GATEHOUSE_DATA ?? './data', 'demo.json')
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Trouble(`no demo site is running (there is no ${file}); start it with: npm start`)
  })
  try {
    return { base: baseOf(portOf((JSON.parse(text) as { control?: unknown } | null)?.control)), words: args }
  } catch {
    throw new Trouble(`${file} names no control port; start the demo again with: npm start`)
  }
}

const baseOf = (port: number) => `http://127.0.0.1:${port}/`

function portOf(value: unknown): number {
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Trouble('--control-port needs a port, e.g. 41234')
  return port
}

/** GET, or POST with a body. @throws Trouble with the building's own words when it refuses */
export async function ask(url: string, body?: object): Promise<unknown> {
  const response = await fetch(
    url,
    body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  ).catch(() => {
    throw new Trouble('the demo site does not answer, it has ended; start it with: npm start')
  })
  const answer: unknown = await response.json().catch(() => ({ error: 'this is not the control port of a demo site' }))
  if (!response.ok || (answer as { error?: string }).error)
    throw new Trouble((answer as { error?: string }).error ?? `answer ${response.status}`)
  return answer
}
