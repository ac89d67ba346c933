import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { demoLines } from '../support/demolines.ts'
import { edited } from '../support/edit.ts'
import { pumpSite } from '../support/pumpsite.ts'

const at = 'equipment.0.points.4'
const command = `${at}.command`
const codes = (text: string) => checkSite(text, drivers, profiles).problems.map(p => [p.code, p.path])

describe('the commands of a site.json', () => {
  it('that are right have no problems and are resolved', () => {
    const { site, problems } = checkSite(JSON.stringify(pumpSite(502)), drivers, profiles)
    expect(problems).toEqual([])
    expect(site!.commands.size).toBe(4)
    expect(site!.commands.get('p/reset')!.readBack).toEqual({ points: ['p/tripped'], equals: false })
    expect(site!.commands.get('p/setpoint')).toMatchObject({ range: [1, 8], confirmWithinS: 10, secondPerson: false })
    // The words of a command are no address of the driver's.
    expect(site!.equipment[0]!.points.every(p => !JSON.stringify(p.address).includes('roles'))).toBe(true)
    const demo = checkSite(JSON.stringify(demoSite(demoLines, ['desk'])), drivers, profiles)
    expect([demo.problems, demo.site!.commands.size]).toEqual([[], 4])
  })
  it.each<[string, unknown, string, string]>([
    [`${at}.writable`, undefined, 'command-not-writable', 'equipment[0].points[4].command'],
    [`${command}.range`, undefined, 'command-without-limits', 'equipment[0].points[4].command'],
    [`${command}.range`, [8, 1], 'range-inverted', 'equipment[0].points[4].command.range'],
    [`${at}.range`, [0, 6], 'command-range-wider', 'equipment[0].points[4].command.range'],
    [`${command}.roles`, ['guard'], 'command-role-unable', 'equipment[0].points[4].command.roles[0]'],
    [`${command}.values`, [4, 'x'], 'command-value-kind', 'equipment[0].points[4].command.values[1]'],
    [`${command}.readBack`, 'nowhere', 'command-unknown-point', 'equipment[0].points[4].command.readBack'],
    [`${command}.readBack`, 'tripped', 'command-condition-kind', 'equipment[0].points[4].command.readBack'],
    [`${command}.step`, 0, 'schema', 'equipment[0].points[4].command.step'],
    [`${command}.rolls`, 1, 'unknown-word', 'equipment[0].points[4].command.rolls'],
    [
      'equipment.0.points.2.command.interlocks.0.point',
      'q/level',
      'command-unknown-point',
      'equipment[0].points[2].command.interlocks[0].point',
    ],
    [
      'equipment.0.points.2.command.interlocks.0.when',
      {},
      'one-condition',
      'equipment[0].points[2].command.interlocks[0].when',
    ],
    [
      'equipment.0.points.2.command.interlocks.0.when',
      { equals: 'x' },
      'command-condition-kind',
      'equipment[0].points[2].command.interlocks[0].when',
    ],
  ])('%s = %j: %s', (path, value, code, where) =>
    expect(codes(edited(pumpSite(502), { [path]: value }))).toEqual([[code, where]]),
  )
})

it('nothing of the gateway writes to a device but live/commands.ts, through links that only pass it on', () => {
  const root = join(import.meta.dirname, '../../gateway')
  const writes = /\blink(?:\?|\))?\.write\b|\.write\?\.\(/
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.ts'))
  expect(files.sort().filter(f => writes.test(readFileSync(join(root, f), 'utf8')))).toEqual([
    'live/commands.ts',
    'live/pausable.ts',
    'live/probed.ts',
  ])
  expect(files.length).toBeGreaterThan(40)
})
