import { useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { Link, useLocation } from 'wouter'
import type { PlanFile, PlanView, SiteView } from '../../../gateway/http/contract.ts'
import {
  type At,
  type Box,
  draftOf,
  isChanged,
  type PlanDraft,
  panned,
  planEdits,
  planSession,
  positionOf,
  put,
  redoStep,
  redrawn,
  stepOf,
  stepped,
  takenOff,
  undoStep,
} from '../../../rules/planedit.ts'
import { call, queries, usePlans, useSite } from '../api.ts'
import { Saving } from '../pages/settings/Saving.tsx'
import { siteOf, useSiteEdit } from '../pages/settings/siteedit.ts'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded, Note, Refusal } from '../parts/notes.tsx'
import { drawingOf } from '../parts/planlooks.tsx'
import { SiteReview } from '../parts/SiteReview.tsx'
import { useText } from '../text/index.ts'
import { Bar } from './Bar.tsx'
import { Canvas, pointedAt } from './Canvas.tsx'
import { Chosen } from './Chosen.tsx'
import { Tray } from './Tray.tsx'
import { isPlaced, useThings } from './things.ts'
import { Upload } from './Upload.tsx'
import '../commission.css'
import '../pages/plan.css'
import './plan-edit.css'
import { useUnsaved } from '../leave.ts'

const phone = '(max-width: 719px)'
const usePhone = (): boolean =>
  useSyncExternalStore(
    tell => {
      const media = matchMedia(phone)
      media.addEventListener('change', tell)
      return () => media.removeEventListener('change', tell)
    },
    () => matchMedia(phone).matches,
  )

/** A floor plan is drawn upon: what stands where. Saved as a version of the site, like any other change of it. [issue 10.4] */
export default function PlanEdit({ id }: { readonly id: string }) {
  const { t, of } = useText()
  const plans = usePlans()
  const site = useSite()
  const small = usePhone()
  const plan = plans.data?.find(one => one.id === id)
  return (
    <Page title={t('planEdit.title')} sub={plan ? of(plan.name) : undefined}>
      <Loaded query={plans} what={t('plan.title')}>
        {() =>
          !plan ? (
            <section className="card">
              <Empty icon="help" title={t('plan.unknown')} why={t('plan.unknownWhy')} />
            </section>
          ) : small ? (
            <section className="card">
              <Empty icon="plan" title={t('planEdit.phone')} why={t('planEdit.phoneWhy')} />
              <div className="card-f">
                <Link href={`/plan/${encodeURIComponent(id)}`} className="btn">
                  {t('plan.open')}
                </Link>
              </div>
            </section>
          ) : (
            <Loaded query={site} what={t('site.title')}>
              {now => <Begun plan={plan} now={now} />}
            </Loaded>
          )
        }
      </Loaded>
      <SiteReview />
    </Page>
  )
}

interface RawPlan {
  readonly id: string
  readonly file?: string
  readonly places?: Readonly<Record<string, string | At>>
  readonly checkpoints?: Readonly<Record<string, At>>
  readonly view?: Box
}
const entryOf = (site: Pick<SiteView, 'text'>, id: string): { readonly at: number; readonly entry: RawPlan } | null => {
  const plans = siteOf(site as SiteView)?.plans
  const at = Array.isArray(plans) ? (plans as (RawPlan | null)[]).findIndex(one => one?.id === id) : -1
  return at < 0 ? null : { at, entry: (plans as RawPlan[])[at]! }
}
const draftFrom = ({ file, places, checkpoints, view }: RawPlan): PlanDraft => ({
  ...{ file: file ?? null, places: places ?? {}, checkpoints: checkpoints ?? {}, view: view ?? null },
})

/** What one edits is the site as it was when one began: what somebody else saves meanwhile is laid under it, and told. */
function Begun({ plan, now }: { readonly plan: PlanView; readonly now: SiteView }) {
  const { t } = useText()
  const [base, setBase] = useState(now)
  const found = useMemo(() => entryOf(base, plan.id), [base, plan.id])
  const theirs = base.hash !== now.hash && JSON.stringify(entryOf(now, plan.id)?.entry) !== JSON.stringify(found?.entry)
  if (!found) return <Note sort="medium" icon="warn" role="alert" title={t('planEdit.notWritten')} />
  return (
    <Desk
      key={base.hash}
      {...{ plan, base, theirs, at: found.at }}
      began={draftFrom(found.entry)}
      onSaved={() => setBase(queries.getQueryData<SiteView>(['site']) ?? now)}
      onAgain={() => setBase(now)}
    />
  )
}

interface DeskProps {
  readonly plan: PlanView
  readonly base: SiteView
  /** Its place in the list of site.json. */
  readonly at: number
  readonly began: PlanDraft
  /** Somebody else has saved this plan since. */
  readonly theirs: boolean
  readonly onSaved: () => void
  readonly onAgain: () => void
}
function Desk({ plan, base, at, began, theirs, onSaved, onAgain }: DeskProps) {
  const { t, of } = useText()
  const [, go] = useLocation()
  const edit = useSiteEdit(base)
  const [session, setSession] = useState(() => planSession(began))
  const [chosen, setChosen] = useState<string | null>(null)
  const [grid, setGrid] = useState(true)
  const [kept, setKept] = useState<ReadonlyMap<string, PlanFile>>(new Map())
  const [refused, setRefused] = useState<unknown>(null)
  const [eye, setEye] = useState<Box | null>(null)
  const svg = useRef<SVGSVGElement>(null)
  /** What is to have the focus as soon as it is drawn: the arrow keys move it at once. */
  const wanted = useRef<string | null>(null)
  useLayoutEffect(() => {
    const mark =
      wanted.current === null ? null : svg.current?.querySelector(`[data-thing="${CSS.escape(wanted.current)}"]`)
    wanted.current = null
    if (mark instanceof SVGElement) mark.focus({ preventScroll: true })
  })
  const draft = draftOf(session)
  const changed = isChanged(session)
  const things = useThings(
    plan,
    useMemo(() => siteOf(base), [base]),
  )
  const { drawing, picture } = useGround(plan, draft.file, began.file, kept)
  const ids = drawing?.ids
  const placed = useMemo(
    () => new Set([...things.values()].filter(one => isPlaced(draft, ids ?? new Set(), one)).map(one => one.id)),
    [things, draft, ids],
  )
  const placeOf = useMemo(() => {
    const named = Object.entries(draft.places).flatMap(([place, on]) => (typeof on === 'string' ? [[on, place]] : []))
    const own = [...(ids ?? [])].filter(one => things.get(one)?.sort === 'space').map(one => [one, one])
    return new Map([...own, ...named] as [string, string][])
  }, [draft.places, ids, things])
  useUnsaved(changed)
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || (event.target as HTMLElement).closest('input, textarea, dialog')) return
      const key = event.key.toLowerCase()
      if (key === 'z') setSession(event.shiftKey ? redoStep : undoStep)
      else if (key === 'y') setSession(redoStep)
      else return
      event.preventDefault()
    }
    addEventListener('keydown', keys)
    return () => removeEventListener('keydown', keys)
  }, [])
  const step = (next: PlanDraft, run?: string) => setSession(stepped(session, next, run))
  const all = drawing?.viewBox ?? null
  const view = eye ?? all
  const look = (thing: string) => {
    setChosen(thing)
    const stands = positionOf(draft, thing)
    // What is out of sight is brought into its middle.
    if (stands && all && view && !inside(stands, view))
      setEye(panned(view, [stands[0] - view[0] - view[2] / 2, stands[1] - view[1] - view[3] / 2], all))
    wanted.current = thing
  }
  const place = (thing: string, where: { clientX: number; clientY: number } | null) => {
    if (!all || !view) return
    const to = where ? pointedAt(svg.current, where) : ([view[0] + view[2] / 2, view[1] + view[3] / 2] as const)
    // Let go beside the drawing: nothing is placed.
    if (!to || (where && !(inside(to, all) && inside(to, view)))) return
    step(put(draft, thing, to, all))
    setChosen(thing)
    wanted.current = thing
  }
  const take = (file: PlanFile) => {
    setKept(new Map(kept).set(file.file, file))
    step(redrawn(draft, file.file, all, file.box))
    setEye(null)
  }
  const save = async () => {
    const edits = planEdits(began, draft).map(([word, value]) => [['plans', at, word], value] as const)
    if (await edit.save(edits.map(([path, value]) => [[...path], value]))) {
      for (const key of ['plans', 'drawing']) void queries.invalidateQueries({ queryKey: [key] })
      onSaved()
    }
  }
  // Rooms are elements of the drawing: another drawing may not have them.
  const rooms = Object.entries(draft.places).flatMap(([thing, on]) => (typeof on === 'string' ? [{ thing, on }] : []))
  const own = plan.drawn.filter(one => things.get(one)?.sort === 'space' && !Object.hasOwn(draft.places, one))
  const lost = [...rooms, ...own.map(one => ({ thing: one, on: one }))].filter(({ on }) => ids && !ids.has(on))
  const lostNames = lost.map(({ thing }) => things.get(thing)?.name ?? thing).join(t('common.listSep'))
  return (
    <div className="ple">
      <Bar
        {...{ session, changed, grid, view, all, edit, hasDrawing: drawing !== null }}
        defaultView={draft.view}
        onUndo={() => setSession(undoStep(session))}
        onRedo={() => setSession(redoStep(session))}
        onGrid={setGrid}
        onEye={setEye}
        onDefault={next => step({ ...draft, view: next })}
        onSave={() => void save()}
        onLeave={() => go(`/plan/${encodeURIComponent(plan.id)}`)}
        upload={
          <Upload
            word={t(drawing ? 'planEdit.replace' : 'planEdit.upload')}
            blocked={edit.blocked}
            onKept={take}
            onRefused={setRefused}
          />
        }
      />
      {theirs ? (
        <Note sort="medium" icon="warn" role="alert" title={t('planEdit.theirs')}>
          <p>{t('planEdit.theirsWhy')}</p>
          {changed ? null : (
            <button type="button" className="btn mt2" onClick={onAgain}>
              {t('planEdit.again')}
            </button>
          )}
        </Note>
      ) : null}
      {refused ? <Refusal error={refused} /> : null}
      {edit.error ? <Saving edit={edit}>{null}</Saving> : null}
      {lost.length > 0 ? (
        <Note sort="medium" icon="warn" role="status">
          {t('planEdit.lost', { list: lostNames })}
        </Note>
      ) : null}
      <div className="ple-d">
        <section className="card pl-card ple-s">
          {drawing && view ? (
            <Canvas
              {...{ box: svg, drawing, picture, draft, placeOf, things, chosen, view }}
              grid={grid ? stepOf(drawing.viewBox) * 5 : null}
              label={`${of(plan.name)}: ${t('planEdit.keys')}`}
              onView={setEye}
              onChoose={setChosen}
              onPut={(thing, to, run) => step(put(draft, thing, to, drawing.viewBox), run)}
              onTakeOff={thing => step(takenOff(draft, thing))}
            />
          ) : (
            <Empty icon="plan" title={t('planEdit.noDrawing')} why={t('planEdit.noDrawingWhy')} />
          )}
          <p className="card-f cap">{t('planEdit.keys')}</p>
        </section>
        <div className="stk">
          <Chosen
            {...{ draft, things, chosen, ids: ids ?? new Set() }}
            onPut={(thing, to) => all && step(put(draft, thing, to, all), `typed ${thing}`)}
            onTakeOff={thing => step(takenOff(draft, thing))}
          />
          <Tray {...{ things, placed, chosen }} ready={drawing !== null} onPut={place} onChoose={look} />
        </div>
      </div>
    </div>
  )
}

const inside = ([x, y]: At, box: Box): boolean =>
  x >= box[0] && x <= box[0] + box[2] && y >= box[1] && y <= box[1] + box[3]
/** The drawing that is worked upon: the one that everybody sees, or one that was only just uploaded. */
function useGround(plan: PlanView, file: string | null, began: string | null, kept: ReadonlyMap<string, PlanFile>) {
  const own = file !== began && file !== null ? kept.get(file) : undefined
  const kind = own ? own.kind : plan.kind
  const path = own ? `plan-files/${own.file}` : `plans/${encodeURIComponent(plan.id)}`
  const text = useQuery({
    queryKey: ['drawing', own ? 'own' : plan.id, file],
    queryFn: () => call<string>(path, { text: true }),
    enabled: kind === 'svg',
    staleTime: 0,
  })
  const box = own ? own.box : plan.box
  const drawing = useMemo(() => drawingOf({ kind, box }, text.data), [kind, box, text.data])
  return { drawing, picture: kind === null || kind === 'svg' ? null : `/api/v1/${path}?file=${file ?? ''}` }
}
