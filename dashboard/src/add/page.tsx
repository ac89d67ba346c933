import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { Link as PageLink, useLocation } from 'wouter'
import type { Identified, LineAsk, RulePackView, SiteView } from '../../../gateway/http/contract.ts'
import { matches } from '../../../rules/rule.ts'
import { call, type Items, post, queries, useChannels, useMe, useSite, useSpaces } from '../api.ts'
import { plain } from '../format.ts'
import { siteOf, useSiteEdit } from '../pages/settings/siteedit.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Dialog.tsx'
import { Loaded, Note, Refusal } from '../parts/notes.tsx'
import { type Texts, useText } from '../text/index.ts'
import type { Draft } from './cells.ts'
import { Drafts, keyFits } from './Drafts.tsx'
import { Line } from './Line.tsx'
import { deviceId, editsOf, idsOf } from './lines.ts'
import { Model, OWN, useProfiles } from './Model.tsx'
import { NewSite } from './NewSite.tsx'
import { Next } from './Next.tsx'
import { namesOf } from './names.ts'
import { Preview, usePreview } from './Preview.tsx'
import { Registers } from './Registers.tsx'
import { Search } from './Search.tsx'
import { Names } from './SiteBasics.tsx'
import './add.css'
import { allSaved, useUnsaved } from '../leave.ts'

/** From an empty box to a device on the live table [issue 10, item 4]: where, which model, what it says, its name. */
export function AddDevice() {
  const { t } = useText()
  const query = useSite()
  return (
    <Loaded query={query} what={t('settings.add')}>
      {site => {
        const read = siteOf(site)
        if (read) return <Adding site={site} read={read} />
        if (site.hash === null) return <NewSite />
        return (
          <Note sort="medium" icon="warn" role="alert" title={t('orderSettings.unreadable')}>
            <PageLink href="/settings/site" className="link">
              {t('settings.site')}
            </PageLink>
          </Note>
        )
      }}
    </Loaded>
  )
}

type At = { readonly line: LineAsk; readonly unit: number }

function Adding({ site, read }: { readonly site: SiteView; readonly read: Record<string, unknown> }) {
  const channels = useChannels().data ?? []
  const [search, setSearch] = useState<{ line: LineAsk; n: number } | null>(null)
  const [searching, setSearching] = useState(false)
  const [at, setAt] = useState<At | null>(null)
  const look = (line: LineAsk, unit: number) => {
    setSearch(null)
    setSearching(false)
    setAt({ line, unit })
  }
  const asked = at?.line
  const protocol =
    asked === undefined
      ? ''
      : 'channel' in asked
        ? (channels.find(c => c.id === asked.channel)?.protocol ?? '')
        : asked.protocol
  return (
    <div className="adding">
      <div className="stk">
        <Line
          searching={searching}
          onLook={look}
          onSearch={line => {
            setAt(null)
            setSearching(true)
            setSearch(now => ({ line, n: (now?.n ?? 0) + 1 }))
          }}
        />
        {search ? <Search key={search.n} line={search.line} onPick={look} onOver={() => setSearching(false)} /> : null}
        {at ? null : <Next empty={idsOf(read, 'equipment').size === 0} />}
      </div>
      {at ? <Device key={JSON.stringify(at)} at={at} protocol={protocol} site={site} read={read} /> : null}
    </div>
  )
}

interface DeviceProps {
  readonly at: At
  readonly protocol: string
  readonly site: SiteView
  readonly read: Record<string, unknown>
}
function Device({ at: { line, unit }, protocol, site, read }: DeviceProps) {
  const [model, setModel] = useState<string | null>(null)
  const [found, setFound] = useState<Identified | null>(null)
  const [drafts, setDrafts] = useState<readonly Draft[]>([])
  const [words, setWords] = useState<Parameters<Parameters<typeof Registers>[0]['onWords']>[0]>(null)
  useUnsaved(drafts.length > 0)
  const own = model === OWN
  const profile = own ? null : model
  const named = drafts.every((one, i) => keyFits(one.key) && drafts.findIndex(other => other.key === one.key) === i)
  const preview = usePreview(line, unit, profile, own && named ? drafts : [])
  const known = useCallback((answer: Identified) => {
    setFound(answer)
    setModel(now => now ?? answer.items[0]?.id ?? null)
  }, [])
  const pick = (draft: Draft) => {
    const same = (one: Draft) => one.table === draft.table && one.address === draft.address
    setDrafts(now => [...now.filter(one => !same(one)), draft])
  }
  return (
    <div className="stk">
      <Model line={line} unit={unit} protocol={protocol} chosen={model} onChoose={setModel} onKnown={known} />
      {own ? (
        <>
          <Registers line={line} unit={unit} picked={drafts} onPick={pick} onWords={setWords} />
          <Drafts drafts={drafts} words={words} set={setDrafts} onPick={pick} />
        </>
      ) : null}
      {profile !== null || drafts.length > 0 ? <Preview query={preview} profile={profile} /> : null}
      {model !== null && found && (profile !== null || drafts.length > 0) ? (
        <Placing
          {...{ site, read, unit, protocol, profile, named }}
          line={found.channel !== null ? { channel: found.channel } : line}
          points={own ? drafts : []}
          taken={found.equipment}
          items={preview.data?.items.map(one => one.key) ?? []}
          answers={preview.data ? preview.data.verdict !== 'wrong' && preview.data.verdict !== 'silent' : null}
        />
      ) : null}
    </div>
  )
}

interface PlacingProps {
  readonly site: SiteView
  readonly read: Record<string, unknown>
  readonly line: LineAsk
  readonly unit: number
  readonly protocol: string
  readonly profile: string | null
  readonly points: readonly Draft[]
  readonly named: boolean
  /** What the unit is known as already. */
  readonly taken: string | null
  /** Keys of the points that it has. */
  readonly items: readonly string[]
  /** Null: nothing has been read yet. */
  readonly answers: boolean | null
}
/** Step 4: its name, where it stands, its alarms; then into the site. */
function Placing({ site, read, line, unit, protocol, profile, points, named, taken, items, answers }: PlacingProps) {
  const { t, of, code, lang } = useText()
  const [, go] = useLocation()
  const me = useMe()
  const edit = useSiteEdit(site)
  const spaces = [...useSpaces().values()]
  const models = useProfiles().data ?? []
  const packs = useQuery({
    queryKey: ['rule-packs'],
    queryFn: async () => (await call<Items<RulePackView>>('rule-packs')).items,
  })
  const [names, setNames] = useState({ zh: '', en: '' })
  useUnsaved(names.zh !== '' || names.en !== '')
  const [space, setSpace] = useState('')
  const [newSpace, setNewSpace] = useState('')
  const [ownKind, setOwnKind] = useState('meter')
  const [off, setOff] = useState<readonly string[]>([])
  const [error, setError] = useState<unknown>(null)
  const kind = models.find(one => one.id === profile)?.kind ?? ownKind
  const name = namesOf(names)
  const fits = (rule: RulePackView['rules'][number]) =>
    rule.kinds.includes(kind) && items.some(key => rule.keys.some(wanted => matches(`x/${wanted}`, `x/${key}`)))
  const offered = (packs.data ?? []).flatMap(pack => {
    const rules = pack.rules.filter(fits)
    return rules.length > 0 ? [{ ...pack, rules }] : []
  })
  const blocked =
    edit.blocked ??
    (taken
      ? t('add.taken', { id: plain(taken), n: unit })
      : answers === null
        ? t('add.reading')
        : !answers
          ? t('add.lacks.answer')
          : !named
            ? t('add.keyWrong')
            : name.en === ''
              ? t('add.lacks.name')
              : null)

  const save = async () => {
    setError(null)
    let model = profile
    if (model === null) {
      const id = deviceId(
        { equipment: [...models.map(one => ({ id: one.id })), ...idsOf(read, 'equipment')] },
        kind,
        name,
      )
      try {
        await post('profiles', {
          profile: {
            ...{ id, protocols: [protocol], kind, name },
            source: t('add.source', { who: me.name, what: name[lang] }),
            points,
          },
        })
      } catch (refused) {
        return setError(refused)
      }
      void queries.invalidateQueries({ queryKey: ['profiles'] })
      model = id
    }
    const { edits, id } = editsOf(read, {
      ...{ line, unit, kind, ...names },
      ...{ profile: model, points: [] },
      ...{
        space: space === '' || space === NEW ? null : space,
        newSpace: space === NEW || spaces.length === 0 ? newSpace : '',
      },
      packs: offered.filter(one => !off.includes(one.id)).map(one => one.id),
    })
    if (!(await edit.save(edits, t('add.because', { what: name[lang] })))) return
    for (const key of ['equipment', 'channels', 'about', 'spaces', 'rules', 'plans'])
      await queries.invalidateQueries({ queryKey: [key] })
    allSaved()
    go(`/equipment/${encodeURIComponent(id)}`)
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('add.name')}</h2>
      </div>
      <form
        className="card-b col g3"
        onSubmit={event => {
          event.preventDefault()
          if (!blocked && !edit.busy) void save()
        }}
      >
        <Names
          label={t('add.called')}
          other={t('add.calledOther')}
          name="device"
          names={names}
          set={change => setNames({ ...names, ...change })}
        />
        {profile === null ? (
          <Field label={t('add.kind')}>
            <select className="inp" value={ownKind} onChange={event => setOwnKind(event.target.value)}>
              {kinds.map(one => (
                <option key={one} value={one}>
                  {code('kind', one)}
                </option>
              ))}
            </select>
          </Field>
        ) : null}
        {spaces.length > 0 ? (
          <Field label={t('add.place')}>
            <select className="inp" value={space} onChange={event => setSpace(event.target.value)}>
              <option value="">{t('add.noPlace')}</option>
              {spaces.map(one => (
                <option key={one.id} value={one.id}>
                  {of(one.name)}
                </option>
              ))}
              <option value={NEW}>{t('add.newPlace')}</option>
            </select>
          </Field>
        ) : null}
        {spaces.length === 0 || space === NEW ? (
          <Field label={t(spaces.length === 0 ? 'add.place' : 'add.newPlace')} hint={t('add.placeHint')}>
            <input
              className="inp"
              name="place"
              maxLength={100}
              value={newSpace}
              onChange={event => setNewSpace(event.target.value)}
            />
          </Field>
        ) : null}
        <fieldset className="col g2">
          <legend>{t('add.alarms')}</legend>
          <span className="cap">{t('add.alarmsAlways')}</span>
          {offered.map(pack => (
            <label key={pack.id} className="row">
              <input
                type="checkbox"
                checked={!off.includes(pack.id)}
                onChange={event =>
                  setOff(event.target.checked ? off.filter(one => one !== pack.id) : [...off, pack.id])
                }
              />
              <span>
                <b>{of(pack.name)}</b>
                <span className="dim"> · {pack.rules.map(rule => of(rule.text)).join(t('common.listSep'))}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Refusal error={error} />
        {edit.problems.map(one => (
          <Note key={one.path + one.code} sort="no" icon="x" role="alert">
            {of(one.text)}
          </Note>
        ))}
        {edit.problems.length === 0 ? <Refusal error={edit.error} /> : null}
        <div className="row wrap">
          <Button type="submit" primary blocked={blocked} sayWhy>
            {t('add.save')}
          </Button>
        </div>
      </form>
    </section>
  )
}
const NEW = ':new'
/** Kinds that a device without a model is likely to be; others are written into site.json. */
const kinds = [
  'meter',
  'electricity-meter',
  'water-meter',
  'heat-meter',
  'flow-meter',
  'pump',
  'pump-set',
  'tank',
  'sensor',
  'fan',
] as const satisfies readonly (keyof Texts['kind'])[]
