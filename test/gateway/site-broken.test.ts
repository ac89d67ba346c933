import { describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { type Edit, edited } from '../support/edit.ts'
import { quietSite } from '../support/sites.ts'

const text = JSON.stringify(quietSite, null, 2)
const pump = quietSite.equipment[0]!
const [b1] = quietSite.spaces
const opcua = { id: 'ua', protocol: 'opcua', endpoint: 'opc.tcp://h:1' }
const check = (source: string) => checkSite(source, drivers, profiles)

/** [what a hand did, its edit or the whole file, code, path, a part of the line that is named (null: not looked at)] */
type Row = [what: string, edit: Edit | string, code: string, path: string, part: string | null]
const files: Row[] = [
  ['cut off in the middle', text.slice(0, 400), 'site-json', '', null],
  ['a comma too many', text.replace('"test-site",', '"test-site",,'), 'site-json', '', '"test-site",,'],
  ['a comment', text.replace('"spaces"', '// floors\n"spaces"'), 'site-json', '', '// floors'],
  ['text after the end', `${text}\n}`, 'site-json', '', null],
  ['empty', '', 'site-empty', '', null],
  ['only white space', ' \n\t\n', 'site-empty', '', null],
  ['another kind of JSON', '[1, 2]', 'schema', '', '[1'],
  ['null', 'null', 'schema', '', 'null'],
  ['one word twice', text.replace('"id": "test-site"', '"id": "x", "id": "y"'), 'duplicate-key', 'site.id', '"y"'],
  ['__proto__', text.replace('"spaces"', '"__proto__": {}, "spaces"'), 'unknown-word', '__proto__', '__proto__'],
]
const words: Row[] = [
  ['a wrong word', { 'equipment.0.chanel': 'bus' }, 'unknown-word', 'equipment[0].chanel', '"chanel"'],
  ['a wrong word at the top', { equipments: [] }, 'unknown-word', 'equipments', '"equipments"'],
  ['a word missing', { 'equipment.0.channel': undefined }, 'schema', 'equipment[0].channel', null],
  ['text where a number belongs', { 'channels.0.port': '502' }, 'schema', 'channels[0].port', '"port"'],
  ['a port out of range', { 'channels.0.port': 70_000 }, 'schema', 'channels[0].port', '"port"'],
  ['an id with a slash', { 'equipment.0.id': 'a/b' }, 'schema', 'equipment[0].id', '"a/b"'],
  ['an unknown table', { 'equipment.0.points.0.table': 'coils' }, 'schema', 'equipment[0].points[0].table', '"coils"'],
  ['a unit out of range', { 'equipment.0.unit': 300 }, 'schema', 'equipment[0].unit', '300'],
  ['a severity there is not', { 'rules.0.severity': 'worst' }, 'schema', 'rules[0].severity', '"worst"'],
  ['a space in one language only', { 'spaces.0.name.en': undefined }, 'schema', 'spaces[0].name.en', null],
]
const meanings: Row[] = [
  ['one id twice', { 'equipment.1': { ...pump, unit: 2 } }, 'duplicate-id', 'equipment[1].id', null],
  ['one rule twice', { 'rules.2': quietSite.rules[0] }, 'duplicate-id', 'rules[2].id', null],
  ['one point twice', { 'equipment.0.points.2': pump.points[0] }, 'duplicate-id', 'equipment[0].points[2].key', null],
  ['an unknown channel', { 'equipment.0.channel': 'b2' }, 'unknown-channel', 'equipment[0].channel', '"b2"'],
  ['an unknown protocol', { 'channels.0.protocol': 'm' }, 'unknown-protocol', 'channels[0].protocol', '"m"'],
  ['an unknown profile', { 'equipment.0.profile': 'p-1' }, 'unknown-profile', 'equipment[0].profile', '"p-1"'],
  [
    'a profile of another protocol',
    { 'channels.1': opcua, 'equipment.1': { id: 'm', kind: 'm', channel: 'ua', profile: 'eastron-sdm630' } },
    'profile-protocol',
    'equipment[1].profile',
    '"eastron-sdm630"',
  ],
  ['neither profile nor points', { 'equipment.0.points': undefined }, 'no-points', 'equipment[0]', null],
  ['an unknown time zone', { 'site.timezone': 'Asia/X' }, 'unknown-timezone', 'site.timezone', '"Asia/X"'],
  ['an unknown space', { 'equipment.0.space': 'b2' }, 'unknown-space', 'equipment[0].space', '"b2"'],
  [
    'a space above itself',
    {
      spaces: [
        { ...b1, parent: 'b2' },
        { ...b1, id: 'b2', parent: 'b1' },
      ],
    },
    'space-circle',
    'spaces[0].parent',
    '"parent": "b2"',
  ],
  ['two conditions', { 'rules.0.when': { above: 1, below: 2 } }, 'one-condition', 'rules[0].when', '"when"'],
  ['no condition', { 'rules.0.when': { deadband: 1 } }, 'one-condition', 'rules[0].when', '"when"'],
  ['the rule of the gateway', { 'rules.0.id': 'offline' }, 'reserved-rule', 'rules[0].id', '"offline"'],
  [
    'the point of the gateway',
    { 'equipment.0.points.0.key': 'online' },
    'reserved-key',
    'equipment[0].points[0].key',
    '"online"',
  ],
  [
    'a range the wrong way',
    { 'equipment.0.points.1.range': [9, 1] },
    'range-inverted',
    'equipment[0].points[1].range',
    '"range"',
  ],
  [
    'an address past the end',
    { 'equipment.0.points.1.address': 65_535, 'equipment.0.points.1.type': 'uint32' },
    'modbus-address-past-end',
    'equipment[0].points[1].address',
    '65535',
  ],
  [
    'a register type on a bit',
    { 'equipment.0.points.0.type': 'int16' },
    'modbus-type-needs-register',
    'equipment[0].points[0].type',
    '"int16"',
  ],
]
const broken = [...files, ...words, ...meanings]
const lineOf = (source: string, part: string) => source.slice(0, source.indexOf(part)).split('\n').length

describe('a site.json that a hand has broken', () => {
  it.each(broken)('%s: says what, where and on which line', (_, edit, code, path, part) => {
    const source = typeof edit === 'string' ? edit : edited(quietSite, edit)
    const { site, problems } = check(source)
    expect(site).toBeNull()
    const found = problems.find(p => p.code === code && p.path === path)
    expect(found, JSON.stringify(problems)).toBeDefined()
    expect(found!.level).toBe('error')
    if (part !== null) expect(found!.line).toBe(lineOf(source, part))
    if (!code.startsWith('site-')) expect(found!.line).toBeGreaterThan(0)
    for (const text of problems.flatMap(p => [p.text.en, p.text['zh-CN']])) {
      expect(text.length).toBeGreaterThan(3)
      expect(text).not.toMatch(/\{\w+\}/)
    }
  })
  it('looked at every kind', () => expect(broken).toHaveLength(38))

  it('finds everything that is wrong at once', () => {
    const edit = {
      'site.timezone': 'Mars/Base',
      'equipment.0.space': 'x',
      'rules.0.when': {},
      'channels.1': quietSite.channels[0],
    }
    const { problems } = check(edited(quietSite, edit))
    expect(problems.map(p => p.code).sort()).toEqual([
      'duplicate-id',
      'one-condition',
      'unknown-space',
      'unknown-timezone',
    ])
  })
  it('says it in both languages, with the names in it', () => {
    const [problem] = check(edited(quietSite, { 'equipment.0.channel': 'bus-2' })).problems
    expect(problem!.text.en).toContain('bus-2')
    expect(problem!.text['zh-CN']).toMatch(/没有通道“bus-2”/)
  })
  it('one mistake is not blamed on others: a wrong channel makes no rule look wrong', () => {
    const { problems } = check(edited(quietSite, { 'channels.0.port': -1 }))
    expect(problems.map(p => p.code)).toEqual(['schema', 'channel-has-problems'])
  })
  it('a large file with thousands of mistakes is answered soon', () => {
    const equipment = Array.from({ length: 5000 }, (_, i) => ({ id: `e${i}`, kind: 'x', channel: `c${i}`, points: [] }))
    const source = edited(quietSite, { equipment })
    expect(source.length).toBeGreaterThan(400_000)
    const before = process.cpuUsage()
    expect(check(source).problems.length).toBeGreaterThan(4999)
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(10_000)
  })
  it('a thousand rules on ten thousand points, and spaces nested a thousand deep, are held against each other soon', () => {
    const equipment = Array.from({ length: 4000 }, (_, i) => ({ ...pump, id: `e${i}` }))
    const rules = Array.from({ length: 1000 }, (_, i) => ({ ...quietSite.rules[0], id: `r${i}`, points: ['e3999*/x'] }))
    const spaces = Array.from({ length: 1000 }, (_, i) => ({
      ...b1,
      id: `s${i}`,
      ...(i > 0 && { parent: `s${i - 1}` }),
    }))
    const source = edited(quietSite, { equipment, rules, spaces: [b1, ...spaces] })
    const before = process.cpuUsage()
    expect(check(source).problems.filter(p => p.code === 'rule-without-points')).toHaveLength(1000)
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(4000)
  })
})
