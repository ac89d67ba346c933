import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sectionNames } from '../../dashboard/src/find/pagelist.ts'
import type { Api, Body } from '../support/api.ts'

/** Every page that there is, by the addresses in pages.tsx, with what has to be looked up to see one. */
const source = readFileSync(join(import.meta.dirname, '../../dashboard/src/pages.tsx'), 'utf8')

/** The addresses of pages.tsx as they are written there: those of the frame, and those that stand alone. */
export function routesIn(text: string): string[] {
  const inFrame = [...text.matchAll(/<Route path="([^"]+)"/g)].map(([, path]) => path!)
  const before = text.slice(0, text.indexOf('function Inside'))
  // One that is beside the frame for who has signed in is asked for there.
  const alone = [...before.matchAll(/startsWith\('([^']+)'\)/g), ...text.matchAll(/path === '([^']+)'/g)].map(
    m => m[1]!,
  )
  const either = [...before.matchAll(/\/\^\\\/\(([a-z|]+)\)\\\//g)].flatMap(([, words]) =>
    words!.split('|').map(word => `/${word}/`),
  )
  return [...inFrame, ...alone, ...either]
}
export const routes = routesIn(source)

/** What the addresses of one site need. */
type Ask = (path: string) => Promise<Body>
type Example = readonly string[] | ((ask: Ask) => Promise<readonly string[]>)

const first = (body: Body, key = 'id'): string | null => {
  const [one] = body.items ?? []
  return one ? encodeURIComponent(String(one[key])) : null
}
const each = (ids: readonly (string | null)[], path: (id: string) => string): readonly string[] =>
  ids.flatMap(id => (id === null ? [] : [path(id)]))
/** A page of something that is not: it says so. */
const nothing = 'nothing-of-this-name'

/** For each address of pages.tsx the addresses that are looked at. A new page fails the walk until it stands here. */
export const examples: Readonly<Record<string, Example>> = {
  '/': ['/'],
  '/alarms': ['/alarms'],
  '/alarms/figures': ['/alarms/figures'],
  '/fire': ['/fire'],
  '/equipment': ['/equipment'],
  '/equipment/by/:system': ['/equipment/by/all', '/equipment/by/power'],
  '/equipment/:id': async ask => {
    const { items } = await ask('equipment')
    // One of each kind that is drawn in its own way: with commands, with a level, with nothing but values.
    const kinds = ['pump', 'tank', 'electricity-meter', 'lift']
    const found = kinds.map(kind => items.find(e => e.kind === kind)?.id as string | undefined)
    return [...each([found.find(Boolean) ?? first({ items })], id => `/equipment/${id}`), `/equipment/${nothing}`]
  },
  // For a screen that nobody has signed in on: looked at before signing in.
  '/pair': [],
  '/plan/:id/edit': async ask => each([first(await ask('plans'))], id => `/plan/${id}/edit`),
  '/plan/:id?': async ask => ['/plan', ...each([first(await ask('plans'))], id => `/plan/${id}`)],
  '/orders/figures': ['/orders/figures'],
  '/orders/parts': ['/orders/parts'],
  '/orders/desk/:id?': async ask => [
    '/orders/desk',
    ...each([first(await ask('complaints?all=true'))], id => `/orders/desk/${id}`),
  ],
  '/orders/:id/form': async ask => each([first(await ask('workorders?all=true'))], id => `/orders/${id}/form`),
  '/help-calls': ['/help-calls'],
  '/orders/:id?': async ask => ['/orders', ...each([first(await ask('workorders?all=true'))], id => `/orders/${id}`)],
  '/runbooks': ['/runbooks', '/runbooks?start=fire'],
  '/runbooks/plan': ['/runbooks/plan'],
  '/runbooks/:id': async ask => each([first(await ask('runs?all=true'))], id => `/runbooks/${id}`),
  '/runbooks/:id/report': async ask => each([first(await ask('runs?all=true'))], id => `/runbooks/${id}/report`),
  '/doors/log': ['/doors/log'],
  '/doors': ['/doors'],
  '/muster': ['/muster'],
  '/passes': ['/passes'],
  '/passes/print': ['/passes/print'],
  '/visits': ['/visits'],
  '/permits': ['/permits'],
  '/permits/tags': ['/permits/tags'],
  '/permits/switching': ['/permits/switching'],
  '/permits/:id': async ask => each([first(await ask('permits'))], id => `/permits/${id}`),
  '/registers/:register?/:no?/:slip?': async ask => [
    '/registers',
    '/registers/keys',
    '/registers/keys/form',
    ...each([first(await ask('registers/keys'), 'no')], no => `/registers/keys/${no}`),
    ...each([first(await ask('registers/goods'), 'no')], no => `/registers/goods/${no}/slip`),
  ],
  '/month/:month?/:version?': ['/month'],
  '/rounds/print': ['/rounds/print'],
  '/rounds': ['/rounds'],
  '/runrecords/:form?/:day?': async ask => [
    '/runrecords',
    ...each([first(await ask('run-forms'))], id => `/runrecords/${id}`),
  ],
  '/handover/sheet/:id': async ask => [
    ...each([first(await ask('handovers'))], id => `/handover/sheet/${id}`),
    `/handover/sheet/${nothing}`,
  ],
  '/handover/:crew?': async ask => ['/handover', ...each([first(await ask('crews'))], id => `/handover/${id}`)],
  '/consumption': ['/consumption'],
  '/readings/batches/:name?': async ask => [
    '/readings/batches',
    ...each([first(await ask('billing/batches'), 'name')], name => `/readings/batches/${name}`),
  ],
  // Who only reads meters on the spot is led on from here.
  '/readings': [],
  '/readings/:point?': async ask => [
    '/readings',
    ...each([first(await ask('service-points'))], id => `/readings/${id}`),
  ],
  '/readings/special/:id?': async ask => [
    '/readings/special',
    ...each([first(await ask('special-readings'))], id => `/readings/special/${id}`),
  ],
  '/readings/:point/days': async ask => each([first(await ask('service-points'))], id => `/readings/${id}/days`),
  '/readings/walk': ['/readings/walk'],
  '/meters': ['/meters'],
  '/trends': ['/trends'],
  '/settings/:section?': sectionNames.map(name => `/settings/${name}`),
  '/pass/': [`/pass/${nothing}`],
  '/wall': ['/wall'],
  '/gate': ['/gate'],
  '/round': ['/round'],
  '/a/': [`/a/${nothing}`],
  '/report/': async ask => {
    const id = first(await ask('equipment'))
    const { path } = (await ask(`equipment/${id}/report-link`)) as unknown as { path?: string }
    return [path ?? `/report/${nothing}`]
  },
  '/receipt/': [`/receipt/${nothing}`],
}

/** All addresses of a site that is asked by `api`, as somebody who may see all. */
export async function addresses(api: Pick<Api, 'get'>): Promise<readonly string[]> {
  const ask: Ask = async path => {
    const { status, body } = await api.get(`/api/v1/${path}`)
    return status === 200 ? body : { items: [] }
  }
  const all: string[] = []
  for (const example of Object.values(examples))
    all.push(...(typeof example === 'function' ? await example(ask) : example))
  return all
}

/** A picture's name for an address. */
export const nameOf = (address: string): string =>
  address
    .replace(/^\//, '')
    .replace(/^report\/.*/, 'report_one')
    .replace(/[A-Z]+-\d{8}-\d+|[0-9A-HJKMNP-TV-Z]{26}/g, 'one')
    .replaceAll(/[^\w-]+/g, '_') || 'start'
