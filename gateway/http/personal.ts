import { personalDays, personalKindIds, personalKinds } from '../../rules/personal.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import type { PersonalItem } from '../records/personal/personal.ts'
import { personalAsk, personalFound, personalGone, personalKept } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { photoFile, photoFileTypes } from './photofiles.ts'
import { zipOf } from './xlsx.ts'

/** What is known of people from outside: how long, of one of them, as a file for him, and its end. */
export function personalRoutes(app: App, deps: Deps) {
  const { personal, trail } = deps
  const tags = ['personal-data']
  const view = ({ kind, no, at, kept, facts, files }: PersonalItem) => ({
    ...{ kind, no, at: iso(at), kept, photos: files.length },
    // Door log and gate entries are counted here, and stand in the file.
    facts: Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [key, key === 'idNumber' ? masked(value) : briefly(value)]),
    ),
  })
  const picture = (file: string): Buffer | null => {
    const [hash, ending] = file.split('.') as [string, keyof typeof photoFileTypes]
    return photoFile.test(file) ? deps.photos.read(hash, photoFileTypes[ending]) : null
  }

  app.get(
    '/api/v1/personal-data',
    {
      config: { access: 'personal.read' },
      schema: { tags, summary: 'What kinds of records know people, and how long', response: { 200: personalKept } },
    },
    async () => {
      const days = deps.plant()?.site.personal ?? null
      const held = new Map(personal.held().map(h => [h.kind, h]))
      const items = personalKindIds.map(kind => {
        const { days: setting, law } = personalKinds[kind]
        return {
          ...{ kind, law, records: held.get(kind)?.records ?? null, oldest: isoOrNull(held.get(kind)?.oldest ?? null) },
          days: setting === null ? null : Math.max(days?.[setting] ?? personalDays[setting].without, law),
        }
      })
      return { items, next: null }
    },
  )
  app.post(
    '/api/v1/personal-data/find',
    {
      config: { access: 'personal.read' },
      schema: {
        tags,
        summary:
          'All that is known of somebody, by his name, telephone number or the number of his record; on the trail',
        body: personalAsk,
        response: { 200: personalFound },
      },
    },
    async request => {
      const { name, reason } = request.body
      const now = deps.clock.now()
      const items = trail.change(who(request).actor, note => personal.read(note, name, reason, 'found', now))
      return { items: items.map(view), next: null }
    },
  )
  app.post(
    '/api/v1/personal-data/export',
    {
      config: { access: 'personal.read' },
      schema: {
        tags,
        summary: 'The same as a ZIP to hand over: person.json and his photos. ID numbers are in full.',
        body: personalAsk,
      },
    },
    async (request, reply) => {
      const { name, reason } = request.body
      const now = deps.clock.now()
      const items = trail.change(who(request).actor, note => personal.read(note, name, reason, 'exported', now))
      const zip = zipOf()
      const photos = [...new Set(items.flatMap(i => i.files))]
      const told = items.map(({ id: _, at, ...item }) => ({ ...item, at: iso(at) }))
      const parts = [zip.file('person.json', Buffer.from(JSON.stringify({ at: iso(now), items: told }, null, 2)))]
      for (const file of photos) {
        const bytes = picture(file)
        if (bytes) parts.push(zip.file(`photos/${file}`, bytes))
      }
      return reply
        .header('content-type', 'application/zip')
        .header('content-disposition', 'attachment; filename="gatehouse-person.zip"')
        .header('cache-control', 'no-store')
        .send(Buffer.concat([...parts, zip.end()]))
    },
  )
  app.post(
    '/api/v1/personal-data/forget',
    {
      config: { access: 'personal.forget' },
      schema: {
        tags,
        summary:
          'Takes somebody out of all that has ended and that no law keeps. What stays is named with its reason; the trail has counts alone',
        body: personalAsk,
        response: { 200: personalGone },
      },
    },
    async request => {
      const { name, reason } = request.body
      const now = deps.clock.now()
      const gone = trail.change(who(request).actor, note => personal.forget(note, name, reason, now))
      const files = gone.flatMap(g => g.files)
      for (const file of files) deps.dropPhoto(file)
      const items = gone
        .filter(g => g.records > 0 || g.kept.length > 0)
        .map(({ kind, records, kept }) => ({ kind, records, kept: [...kept] }))
      return { items, photos: files.length }
    },
  )
}

const masked = (value: unknown) => (typeof value === 'string' ? `••••${value.slice(-4)}` : null)
const briefly = (value: unknown): unknown => (Array.isArray(value) && value.length > 20 ? value.length : value)
