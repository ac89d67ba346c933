import { useState } from 'react'
import type { CandidateView, SiteView } from '../../../gateway/http/contract.ts'
import { post, queries, useChannels, useMe, useSite } from '../api.ts'
import { plain } from '../format.ts'
import { pointOf } from '../looks.ts'
import { type Edit, siteOf, useSiteEdit } from '../pages/settings/siteedit.ts'
import { Button } from '../parts/Button.tsx'
import { Note, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { keyFits } from './Drafts.tsx'
import { deviceId, editsOf, listOf } from './lines.ts'
import { namesOf } from './names.ts'
import { Names } from './SiteBasics.tsx'

interface Props {
  readonly place: { readonly channel: string; readonly unit: number; readonly table: string; readonly address: number }
  readonly candidate: CandidateView
  readonly pointKey: string
  readonly ucum: string
}
interface Device {
  readonly id: string
  readonly channel: string
  readonly unit?: number
  readonly kind: string
  readonly name?: { readonly 'zh-CN': string; readonly en: string }
  readonly profile?: string
  readonly points?: readonly { readonly key: string }[]
}

/** What the byte-order helper found, into the site: as a point of a device that is there, or of a new one. */
export function AddPoint(props: Props) {
  const site = useSite().data
  const read = site ? siteOf(site) : null
  return site && read ? <Adding {...props} site={site} read={read} /> : null
}

function Adding({
  place,
  candidate,
  pointKey,
  ucum,
  site,
  read,
}: Props & { readonly site: SiteView; readonly read: Record<string, unknown> }) {
  const { t, of } = useText()
  const me = useMe()
  const edit = useSiteEdit(site)
  const protocol = useChannels().data?.find(one => one.id === place.channel)?.protocol ?? ''
  const [names, setNames] = useState({ zh: '', en: '' })
  const [done, setDone] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const devices = listOf(read, 'equipment') as readonly Device[]
  const at = devices.findIndex(one => one?.channel === place.channel && (one.unit ?? 1) === place.unit)
  const device = devices[at]
  const key = pointKey.trim()
  const name = namesOf(names)
  const blocked =
    edit.blocked ??
    (!keyFits(key)
      ? t('add.keyWrong')
      : device?.points?.some(one => one.key === key)
        ? t('addPoint.there', { key, id: plain(device.id) })
        : !device && name.en === ''
          ? t('add.lacks.name')
          : null)

  const saved = async (edits: readonly Edit[], because: string, what: string) => {
    setError(null)
    setDone(null)
    if (!(await edit.save(edits, because))) return
    for (const word of ['equipment', 'channels', 'about', 'rules']) void queries.invalidateQueries({ queryKey: [word] })
    setDone(what)
  }
  const add = () => {
    const point = pointOf(place, candidate, key, ucum.trim())
    if (device)
      return saved(
        [[['equipment', at, 'points', -1], point]],
        t('addPoint.because', { key }),
        t('addPoint.done', { key, id: plain(device.id) }),
      )
    const made = editsOf(read, {
      ...{ line: { channel: place.channel }, unit: place.unit, kind: 'meter', ...names },
      ...{ profile: null, points: [point], space: null, newSpace: '', packs: [] },
    })
    return saved(made.edits, t('addPoint.because', { key }), t('addPoint.done', { key, id: made.id }))
  }
  /** The points that were found one by one, for the next device of the same kind. */
  const keep = async () => {
    if (!device?.points) return
    const called = device.name ?? { 'zh-CN': device.id, en: device.id }
    setError(null)
    try {
      const known = (queries.getQueryData<readonly { id: string }[]>(['profiles']) ?? []).map(one => ({ id: one.id }))
      const id = deviceId({ equipment: known }, device.kind, called)
      const source = t('add.source', { who: me.name, what: device.id })
      await post('profiles', {
        profile: { id, protocols: [protocol], kind: device.kind, name: called, source, points: device.points },
      })
      void queries.invalidateQueries({ queryKey: ['profiles'] })
      const edits: Edit[] = [
        [['equipment', at, 'profile'], id],
        [['equipment', at, 'points'], undefined],
      ]
      await saved(edits, t('addPoint.keepBecause', { id }), t('addPoint.kept', { id }))
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <form
      className="col g3"
      onSubmit={event => {
        event.preventDefault()
        if (!blocked && !edit.busy) void add()
      }}
    >
      {device ? (
        <span>{t('addPoint.to', { id: plain(device.id), n: place.unit })}</span>
      ) : (
        <Names
          label={t('add.called')}
          other={t('add.calledOther')}
          name="device"
          names={names}
          set={change => setNames({ ...names, ...change })}
        />
      )}
      {edit.problems.length === 0 ? <Refusal error={error ?? edit.error} /> : null}
      {edit.problems.map(one => (
        <Refusal key={one.path + one.code} error={new Error(of(one.text))} />
      ))}
      {done === null ? null : (
        <Note sort="yes" icon="check" role="status">
          {done}
        </Note>
      )}
      <div className="row wrap">
        <Button type="submit" primary blocked={blocked} sayWhy>
          {t(device ? 'addPoint.add' : 'addPoint.addDevice')}
        </Button>
        {device?.points && device.points.length > 0 && device.profile === undefined ? (
          <Button blocked={edit.blocked} onClick={() => void keep()}>
            {t('addPoint.keep')}
          </Button>
        ) : null}
      </div>
    </form>
  )
}
