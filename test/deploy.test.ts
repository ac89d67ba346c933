import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { quietSite } from './support/sites.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
interface Dashboard {
  readonly panels: readonly { readonly id: number; readonly targets: readonly { expr?: string; query?: string }[] }[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] }
}
const dashboard = (name: string) => JSON.parse(read(`deploy/grafana/${name}.json`)) as Dashboard

let g: TestGateway
/** Every metric that `/metrics` describes, with its labels where it has a value. */
const told = new Map<string, Set<string>>()
beforeAll(async () => {
  const outputs = [{ id: 'drop', kind: 'files', folder: 'csv', records: ['workorder'] }]
  g = await startGateway({ site: { ...quietSite, outputs } })
  const { text } = await (await g.admin()).get('/metrics')
  for (const [, name] of text.matchAll(/^# TYPE (\w+) /gm)) told.set(name!, new Set())
  for (const [, name, labels] of text.matchAll(/^(\w+)\{(.*)\} /gm))
    for (const [, label] of labels!.matchAll(/(\w+)="/g)) told.get(name!)!.add(label!)
})
afterAll(() => g.stop())

/** The names of metrics in PromQL. */
const namesIn = (expr: string) => [...expr.matchAll(/\b((?:gatehouse|process)_\w+)/g)].map(([, name]) => name!)

describe('the dashboard for Prometheus', () => {
  it('asks for nothing that /metrics does not give, and for most of what it gives', () => {
    const { panels, templating } = dashboard('gatehouse-prometheus')
    const asked = [
      ...panels.flatMap(p => p.targets.flatMap(t => namesIn(t.expr!))),
      ...templating.list.flatMap(v => namesIn(v.query)),
    ]
    expect(asked.filter(name => !told.has(name))).toEqual([])
    expect(new Set(asked).size).toBeGreaterThan(20)
    expect(new Set(panels.map(p => p.id)).size).toBe(panels.length)
  })
  it('groups by labels that are there', () => {
    const given = new Set([...told.values()].flatMap(labels => [...labels]).concat('instance', 'job', 'output'))
    let seen = 0
    for (const { targets } of dashboard('gatehouse-prometheus').panels)
      for (const { expr } of targets)
        for (const [, list] of expr!.matchAll(/by \(([^)]*)\)/g))
          for (const label of list!.split(', ')) {
            expect([label, given.has(label)]).toEqual([label, true])
            seen++
          }
    expect(seen).toBeGreaterThan(2)
  })
})

it('the dashboard for InfluxDB asks for the measurement, tags and fields that an output writes, with its own variables', () => {
  const { panels, templating } = dashboard('gatehouse-influxdb')
  const variables = templating.list.map(v => v.name)
  // docs/central.md: the layout of what an output writes.
  const words = new Set([
    'gatehouse',
    'gatehouse_records',
    'site',
    'equipment',
    'point',
    'kind',
    'action',
    'value',
    'quality',
    'seq',
  ])
  const queries = [...panels.flatMap(p => p.targets.map(t => t.query!)), ...templating.list.slice(1).map(v => v.query)]
  for (const query of queries) {
    for (const [, word] of query.matchAll(/"(\w+)"/g)) expect([query, words.has(word!)]).toEqual([query, true])
    for (const [, name] of query.matchAll(/\^\$(\w+)\$/g)) expect(variables).toContain(name)
  }
  expect(queries.length).toBeGreaterThan(7)
})

it.each(['docs/central.md', 'docs/zh-CN/central.md'])(
  '%s names each metric of ours, with its labels, and no other',
  page => {
    const rows = [...read(page).matchAll(/^\| `((?:gatehouse|process)_\w+)` \|([^|]*)\|/gm)].map(([, name, labels]) => [
      name,
      [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!),
    ]) as [string, string[]][]
    expect(rows.map(([name]) => name).sort()).toEqual([...told.keys()].sort())
    for (const [name, labels] of rows)
      for (const label of told.get(name)!) expect([name, labels]).toEqual([name, expect.arrayContaining([label])])
  },
)

describe('deploy/central', () => {
  it('is YAML; each file that it mounts is there, and no password stands in it', async () => {
    // At hand through the build tools, no dependency of ours.
    const { parse } = (await import('yaml')) as { parse(text: string): unknown }
    const compose = parse(read('deploy/central/compose.yaml')) as {
      services: Record<string, { image: string; volumes?: string[]; environment?: Record<string, string> }>
      volumes: Record<string, null>
    }
    expect(Object.keys(compose.services)).toEqual(['broker', 'metrics', 'influxdb', 'grafana'])
    let mounted = 0
    /** Made by whoever runs it: certificates and tokens. */
    const theirs = ['./broker', './tokens']
    for (const { image, volumes = [], environment = {} } of Object.values(compose.services)) {
      expect(image).toMatch(/:[\w.-]+$/)
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD/.test(name)) expect(String(value)).toMatch(/^\$\{/)
      for (const volume of volumes) {
        const [from] = volume.split(':') as [string]
        if (!from.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(from)
        else if (!theirs.includes(from))
          expect(() => readdirSync(join(root, 'deploy/central', from, from.match(/\.\w+$/) ? '..' : ''))).not.toThrow()
        mounted++
      }
    }
    expect(mounted).toBeGreaterThan(9)
    for (const name of ['scrape.yaml', 'grafana/sources.yaml', 'grafana/dashboards.yaml'])
      expect([name, typeof parse(read(`deploy/central/${name}`))]).toEqual([name, 'object'])
  })

  it('the arithmetic of the page is right, in both languages', () => {
    const perS = 60
    const figures = [10, 1000].map(gateways => {
      const samples = gateways * perS
      const yearS = 365 * 86_400
      return [
        samples,
        Math.round((samples * 15) / 1000),
        Math.round((samples * 80) / 1000),
        gateways * 15,
        Math.round((samples * 2 * yearS) / 1e9),
        Math.round((samples * 4 * yearS) / 1e9),
      ]
    })
    const shown = (n: number) => n.toLocaleString('en')
    for (const page of ['docs/central.md', 'docs/zh-CN/central.md']) {
      const table = read(page)
      for (const i of figures[0]!.keys())
        expect([page, table]).toEqual([
          page,
          expect.stringContaining(`| ${shown(figures[0]![i]!)} | ${shown(figures[1]![i]!)} |`),
        ])
    }
  })
})
