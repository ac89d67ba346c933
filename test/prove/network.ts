import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { lacking } from '../support/badmachine.ts'
import { badNetwork } from '../support/badnetwork.ts'
import { NotRun, type Proven, readEnd } from './proof.ts'

/** Set in the process that stands in the gateway's own network: the namespaces of router and field. */
const INSIDE = 'GATEHOUSE_PROVE_NETWORK'

/**
 * `npm run prove -- network [cuts]`: gateway and field in namespaces of their own with a router between, which stops to
 * forward: no end of a connection is told, as when a switch is off. Root only.
 */
export async function proveNetwork(cuts = 5): Promise<Proven> {
  const inside = process.env[INSIDE]
  if (inside !== undefined) {
    const [router = '', field = ''] = inside.split(' ')
    const day = await badNetwork(cuts, router, field)
    console.log(JSON.stringify(day))
    const { heard, badAfterMs, backAfterMs } = day.notes as Record<string, number>
    return {
      holds: day.wrong.length === 0,
      figure: `${cuts} cuts, ${day.wrong.length} wrong; bad after ${badAfterMs} ms, back after ${backAfterMs} ms at most; ${heard} rows at the broker, none missing; ${day.acknowledged} acknowledged meanwhile`,
    }
  }
  const lacks = lacking(['ip', 'mosquitto', 'mosquitto_sub'])
  if (lacks.length > 0) throw new NotRun(`needs ${lacks.join(', ')}`)
  const [gate, router, field] = ['gate', 'router', 'field'].map(name => `gh-${name}-${process.pid}`) as [
    string,
    string,
    string,
  ]
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const up = (netns: string, device: string, address?: string) => {
    if (address) ip('-n', netns, 'addr', 'add', address, 'dev', device)
    ip('-n', netns, 'link', 'set', device, 'up')
  }
  try {
    for (const netns of [gate, router, field]) {
      ip('netns', 'add', netns)
      up(netns, 'lo')
    }
    for (const [netns, device, n] of [
      [gate, 'to-gate', 1],
      [field, 'to-field', 2],
    ] as const) {
      ip('-n', netns, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', device, 'netns', router)
      up(netns, 'cable', `10.78.${n}.1/24`)
      up(router, device, `10.78.${n}.2/24`)
      ip('-n', netns, 'route', 'add', 'default', 'via', `10.78.${n}.2`)
    }
    const args = ['netns', 'exec', gate, process.execPath, join(import.meta.dirname, 'run.ts'), 'network', String(cuts)]
    const child = spawn('ip', args, {
      env: { ...process.env, [INSIDE]: `${router} ${field}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      process.stdout.write(text)
      output = (output + text).slice(-20_000)
    })
    const code = await new Promise<number | null>(resolve => child.once('close', resolve))
    const { ended, figure } = readEnd(code, output)
    return { holds: ended === 'held', figure }
  } finally {
    for (const netns of [gate, router, field])
      try {
        ip('netns', 'del', netns)
      } catch {
        // It was not made.
      }
  }
}
