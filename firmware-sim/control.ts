import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Makes things happen on the running demo site: `npm run sim -- pump trip`, `npm run sim -- room heat celsius=45`.
 * Without words it shows the state of all devices and what can be done.
 * The site is found through `<data>/demo.json`, or by `--control-port <port>`.
 */
async function main(args: readonly string[]): Promise<void> {
  const { port, words } = await target(args)
  const base = `http://127.0.0.1:${port}/`
  const [device, action, ...fields] = words
  if (!device) {
    const site = (await ask(base)) as Overview
    console.log(picture(site))
    return
  }
  if (!action) throw new Trouble(`say what the ${device} shall do; npm run sim shows what there is`)
  await ask(`${base}${device}/${action}`, bodyOf(fields))
  console.log(`${device} ${action}: done`)
}

interface Overview {
  readonly devices: Record<
    string,
    { readonly state: Record<string, unknown>; readonly fault?: { readonly kind: string } | null }
  >
  readonly actions: readonly { readonly path: string; readonly example: object; readonly text: string }[]
}

/** A message for the person at the keyboard. */
class Trouble extends Error {}

async function target(args: readonly string[]): Promise<{ port: number; words: readonly string[] }> {
  const at = args.indexOf('--control-port')
  if (at >= 0) return { port: portOf(args[at + 1]), words: [...args.slice(0, at), ...args.slice(at + 2)] }
  const file = join(process.env.GATEHOUSE_DATA ?? './data', 'demo.json')
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Trouble(`no demo site is running (there is no ${file}); start it with: npm start`)
  })
  try {
    return { port: portOf((JSON.parse(text) as { control?: unknown } | null)?.control), words: args }
  } catch {
    throw new Trouble(`${file} names no control port; start the demo again with: npm start`)
  }
}

function portOf(value: unknown): number {
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Trouble('--control-port needs a port, e.g. 41234')
  return port
}

/** `celsius=45 on=true kind=mute` as an object; what is no JSON value is a text. */
function bodyOf(fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.map(field => {
      const at = field.indexOf('=')
      if (at < 1) throw new Trouble(`"${field}" should read name=value, e.g. celsius=45`)
      return [field.slice(0, at), parsed(field.slice(at + 1))]
    }),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function ask(url: string, body?: object): Promise<unknown> {
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

/** Whole numbers as they are, others short. */
const short = (value: unknown): string =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(2) : String(value)

function picture({ devices, actions }: Overview): string {
  const lines: string[] = []
  for (const [name, { state, fault }] of Object.entries(devices)) {
    lines.push(`${name}${fault ? `  (fault: ${fault.kind})` : ''}`)
    const values = Object.entries(state).map(([key, value]) => `${key} ${short(value)}`)
    for (let i = 0; i < values.length; i += 4)
      lines.push(
        `  ${values
          .slice(i, i + 4)
          .map(text => text.padEnd(28))
          .join('')
          .trimEnd()}`,
      )
  }
  lines.push('', 'npm run sim -- <device> <action> [name=value ...]')
  for (const { path, example, text } of actions) {
    const fields = Object.entries(example).map(([key, value]) => `${key}=${value}`)
    lines.push(`  ${[...path.split('/'), ...fields].join(' ').padEnd(40)} ${text}`)
  }
  return lines.join('\n')
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Trouble ? error.message : error)
  process.exitCode = 1
})
