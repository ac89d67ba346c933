import { check } from './check.ts'
import type { Overview, ScenarioView } from './overview.ts'
import { flat } from './page.ts'
import { ask, Trouble, target } from './remote.ts'
import { scale } from './scale.ts'

/**
 * Makes things happen on the running demo site: `npm run sim -- pump trip`, `npm run sim -- room heat celsius=45`.
 * Without words it shows the state of all devices and what can be done.
 * The site is found through `<data>/demo.json`, or by `--control-port <port>`.
 */
async function main(args: readonly string[]): Promise<void> {
  if (args[0] === 'scale') return scale(args.slice(1))
  const { base, words } = await target(args)
  const [first, second, ...more] = words
  if (!first) console.log(picture((await ask(base)) as WithActions))
  else if (first === 'scenarios') console.log(scenarioList(await scenarios(base)))
  else if (first === 'scenario') await playScenario(base, [second ?? '', ...more])
  else if (first === 'speed') await setSpeed(base, second)
  else if (first === 'check') process.exitCode = await check(base)
  else {
    if (!second) throw new Trouble(`say what the ${first} shall do; npm run sim shows what there is`)
    await ask(`${base}${first}/${second}`, bodyOf(more))
    console.log(`${first} ${second}: done`)
  }
}

type WithActions = Overview & {
  readonly actions: readonly { readonly path: string; readonly example: object; readonly text: string }[]
}

const scenarios = async (base: string) => ((await ask(`${base}scenarios`)) as { items: readonly ScenarioView[] }).items

function scenarioList(all: readonly ScenarioView[]): string {
  const lines = all.flatMap(({ id, title, text, running }) => [
    `${id}${running ? `  (under way 进行中, ${running.forS} s)` : ''}`,
    `  ${title['zh-CN']}: ${text['zh-CN']}`,
    `  ${title.en}: ${text.en}`,
  ])
  return [...lines, '', 'npm run sim -- scenario <id> [--speed 10]    npm run sim -- scenario <id> end'].join('\n')
}

async function playScenario(base: string, words: readonly string[]): Promise<void> {
  const at = words.indexOf('--speed')
  const speed = at < 0 ? undefined : words[at + 1]
  const [id, word = 'start', ...more] = at < 0 ? words : [...words.slice(0, at), ...words.slice(at + 2)]
  const found = (await scenarios(base)).find(one => one.id === id)
  if (!id || !found) throw new Trouble(`${id ? `no scenario "${id}"` : 'which one'}? See: npm run sim -- scenarios`)
  if ((word !== 'start' && word !== 'end') || more.length > 0)
    throw new Trouble('npm run sim -- scenario <id> [end] [--speed 10]')
  if (at >= 0) await setSpeed(base, speed)
  await ask(`${base}scenarios/${id}/${word}`, {})
  if (word === 'end') return console.log(`${id}: put right again 已复原`)
  console.log(`${found.title['zh-CN']}: ${found.text['zh-CN']}`)
  console.log(`${found.title.en}: ${found.text.en}`)
  console.log('What Gatehouse should show, in this order 平台上应依次看到:')
  for (const { point, is, byS } of found.sees)
    console.log(`  ${point.padEnd(40)} ${is === 'bad' ? 'bad' : Object.entries(is).flat().join(' ')}  (${byS} s)`)
  console.log(`To put it right 复原: npm run sim -- scenario ${id} end`)
}

async function setSpeed(base: string, text: string | undefined): Promise<void> {
  const speed = Number(text)
  if (text === undefined || !Number.isFinite(speed)) throw new Trouble('say how fast: npm run sim -- speed 20')
  await ask(`${base}time/speed`, { speed })
  console.log(`speed ${speed}`)
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

function picture({ time, devices, lines: wires, scenarios: told, actions }: WithActions): string {
  const lines = [`${time.at}  speed ${time.speed}${time.runsAt < time.speed ? ` (runs at ${time.runsAt})` : ''}`]
  for (const [name, { state, fault }] of Object.entries(devices)) {
    lines.push(`${name}${fault ? `  (fault: ${fault.kind})` : ''}`)
    const values = flat(state).map(([key, value]) => `${key} ${value}`)
    for (let i = 0; i < values.length; i += 4)
      lines.push(
        `  ${values
          .slice(i, i + 4)
          .map(text => text.padEnd(28))
          .join('')
          .trimEnd()}`,
      )
  }
  lines.push('', 'lines')
  for (const { id, protocol, port, pty, dead, units = [] } of wires) {
    const faults = units.filter(({ fault }) => fault).map(({ unit, fault }) => `unit ${unit} ${fault}`)
    const trouble = dead ? ['dead'] : faults
    lines.push(`  ${id.padEnd(14)} ${protocol.padEnd(20)} ${port} ${pty ?? ''} ${trouble.join(', ')}`.trimEnd())
  }
  const under = told.filter(({ running }) => running).map(({ id }) => id)
  if (under.length > 0) lines.push('', `scenarios under way: ${under.join(', ')}`)
  lines.push(
    '',
    'npm run sim -- scenarios | scenario <id> [--speed 10] | speed 20 | check | <device> <action> [name=value ...]',
  )
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
