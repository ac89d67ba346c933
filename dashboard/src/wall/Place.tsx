import { useQuery } from '@tanstack/react-query'
import type { AlarmView, EquipmentView, HistoryView, PlanView, PointInfo } from '../../../gateway/http/contract.ts'
import { call, useEquipment, useMe, usePlans, useSpaces } from '../api.ts'
import { formatTime } from '../format.ts'
import { serverNow, useAlarmRate } from '../live.ts'
import { Empty } from '../parts/notes.tsx'
import { PlanDrawing } from '../parts/PlanDrawing.tsx'
import { Priority, shownAs } from '../parts/Priority.tsx'
import { usePlanSheet } from '../parts/planlooks.tsx'
import { Chart } from '../parts/Trend.tsx'
import { Age, Value } from '../parts/Value.tsx'
import { litFor, placeOn, planFor, type Spaces } from '../place.ts'
import { useText } from '../text/index.ts'
import { draw } from '../trend.ts'
import { firstCause, type Line, trendPoint } from './facts.ts'

const NO_EQUIPMENT: readonly EquipmentView[] = []
const WINDOW_MS = 1_800_000
const AGAIN_MS = 15_000
const MOST_CAUSES = 8

/** Where it is: the drawing with the place lit, and the curve of what alarms. In a flood: what came first. */
export function Place({ alarm, lines }: { readonly alarm: AlarmView | null; readonly lines: readonly Line[] }) {
  const { t, of } = useText()
  const plans = usePlans().data
  const spaces = useSpaces()
  const equipment = useEquipment().data ?? NO_EQUIPMENT
  const { flood } = useAlarmRate()
  if (flood) return <Flood lines={lines} />
  const one = equipment.find(e => e.id === alarm?.equipment)
  const thing = litFor(spaces.get(alarm?.spaces.at(-1)?.id ?? ''), one, plans ?? [])
  const id = alarm === null ? plans?.[0]?.id : thing && plans ? planFor(thing, plans, spaces) : undefined
  const plan = plans?.find(p => p.id === id)
  const path = alarm?.spaces.map(space => of(space.name)).join(' › ') ?? ''
  const point = alarm === null ? null : trendPoint(alarm, one)
  return (
    <section className="card wp" aria-label={t('wall.place')}>
      <div className="card-h">
        <h2>{plan ? of(plan.name) : t('wall.place')}</h2>
        <span className="dim el">{alarm === null ? '' : path || of(alarm.equipmentName)}</span>
      </div>
      {plan ? (
        <Sheet
          key={plan.id}
          plan={plan}
          spaces={spaces}
          equipment={equipment}
          thing={alarm === null ? undefined : thing}
        />
      ) : (
        <div className="plan none">
          <Empty icon="plan" title={t(plans?.length === 0 ? 'plan.none' : 'wall.notDrawn')} why={path} />
        </div>
      )}
      {alarm === null ? null : point ? (
        <Curve key={point.id} point={point} alarm={alarm} />
      ) : (
        <div className="tr cap">{t('wall.noCurve')}</div>
      )}
    </section>
  )
}

interface SheetProps {
  readonly plan: PlanView
  readonly spaces: Spaces
  readonly equipment: readonly EquipmentView[]
  readonly thing: Parameters<typeof placeOn>[1] | undefined
}
function Sheet({ plan, spaces, equipment, thing }: SheetProps) {
  const { t, of, lang } = useText()
  const { text, drawing, here: _, ...sheet } = usePlanSheet(plan, spaces, equipment)
  const chosen = thing ? placeOn(plan, thing, spaces) : null
  if (!drawing)
    return (
      <div className="plan none">
        <Empty
          icon="plan"
          title={
            text.isPending && plan.status === 'ok' ? t('common.loading', { what: of(plan.name) }) : t('plan.refused')
          }
        />
      </div>
    )
  return (
    <div className="plan" data-lang={lang} data-lit={chosen ?? ''}>
      <PlanDrawing {...{ ...sheet, drawing, chosen }} onChoose={() => {}} label={of(plan.name)} />
    </div>
  )
}

function Curve({ point, alarm }: { readonly point: PointInfo; readonly alarm: AlarmView }) {
  const { t, of } = useText()
  const { data, error } = useQuery({
    queryKey: ['history', point.id, 'wall'],
    queryFn: () => {
      const to = serverNow()
      const iso = (at: number) => encodeURIComponent(new Date(at).toISOString())
      return call<HistoryView>(
        `history?point=${encodeURIComponent(point.id)}&step=15s&from=${iso(to - WINDOW_MS)}&to=${iso(to)}`,
      )
    },
    refetchInterval: AGAIN_MS,
    // A wall looks at many of them in a month.
    gcTime: 60_000,
  })
  const series = data?.items[0]
  const drawn = data && series ? draw(series, Date.parse(data.from), Date.parse(data.to), false) : null
  return (
    <div className="tr" data-trend={point.id}>
      <div className="tr-h">
        <b>{of(point.name)}</b>
        <Value point={point} noAge />
        <span className="dim">
          <Age point={point} />
        </span>
        <span className="ml dim">{point.id === alarm.point ? t('wall.half') : t('wall.otherCurve')}</span>
      </div>
      {data && series && drawn ? (
        <Chart point={point} data={data} drawn={drawn} counter={false} mark={Date.parse(alarm.raisedAt ?? '')} />
      ) : (
        <div className="tr-e dim">{error ? t('trend.unavailable') : t(data ? 'trend.empty' : 'trend.loading')}</div>
      )}
    </div>
  )
}

/** What came first, how much each holds back, and how fast they come. */
function Flood({ lines }: { readonly lines: readonly Line[] }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const { since } = useAlarmRate()
  const { data } = useQuery({
    queryKey: ['alarm-rate'],
    queryFn: () => call<{ perMinute: number[]; enter: number; leave: number }>('alarm-rate'),
    refetchInterval: 5000,
    gcTime: 60_000,
  })
  const first = lines.toSorted((a, b) => firstCause(a.alarm, b.alarm)).slice(0, MOST_CAUSES)
  const most = Math.max(1, ...(data?.perMinute ?? []))
  return (
    <section className="card wp" aria-label={t('wall.causes')}>
      <div className="card-h">
        <h2>{t('wall.causes')}</h2>
        <span className="dim">{t('wall.causesSub')}</span>
      </div>
      <ol className="tree">
        {first.map(({ alarm, count }) => (
          <li key={alarm.id} className={`tn ${alarm.severity}`}>
            <Priority severity={alarm.severity} shown={shownAs(alarm.state)} word={null} />
            <b className="el">
              {of(alarm.equipmentName)} · {of(alarm.text)}
            </b>
            {alarm.firstOut ? <span className="fo">{t('wall.firstOut')}</span> : null}
            {alarm.holdsBack + count > 1 ? <em>+{alarm.holdsBack + count - 1}</em> : null}
            <i>{alarm.raisedAt === null ? '' : formatTime(Date.parse(alarm.raisedAt), lang, zone)}</i>
          </li>
        ))}
      </ol>
      <div className="tr">
        <div className="tr-h">
          <b>{t('wall.perMinute')}</b>
          <span className="ml dim">
            {data ? t('wall.floodWhen', { enter: data.enter, leave: data.leave }) : ''}
            {since === null ? '' : ` · ${t('wall.floodSince', { time: formatTime(Date.parse(since), lang, zone) })}`}
          </span>
        </div>
        <div className="hist" role="img" aria-label={data ? data.perMinute.join(', ') : ''}>
          {data?.perMinute.map((n, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: minutes stand still, their counts move through them
            <i key={i} style={{ height: `${(n / most) * 100}%` }} />
          ))}
        </div>
      </div>
    </section>
  )
}
