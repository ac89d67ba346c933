import { useCallback, useState } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import type { EquipmentView, PlanView } from '../../../gateway/http/contract.ts'
import { may } from '../../../rules/permission.ts'
import { severities } from '../../../rules/rule.ts'
import { useAlarmsInSight, useEquipment, useMe, usePlans, useSpaces } from '../api.ts'
import { worstAlarm } from '../parts/EquipmentState.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { PlanDrawing } from '../parts/PlanDrawing.tsx'
import { PlanSide } from '../parts/PlanSide.tsx'
import { Priority } from '../parts/Priority.tsx'
import { usePlanSheet } from '../parts/planlooks.tsx'
import { placeOn, planFor, type Spaces } from '../place.ts'
import { useText } from '../text/index.ts'
import './plan.css'

const NO_EQUIPMENT: readonly EquipmentView[] = []
/** In a flood of alarms the worst ones lead; the list of alarms has them all. */
const MOST_OTHERS = 6

/** The site by where things are: one drawing, each room in the colour of the worst that is wrong there. */
export default function Plan({ id }: { readonly id: string | null }) {
  const { t, of } = useText()
  const plans = usePlans()
  const spaces = useSpaces()
  const equipment = useEquipment().data ?? NO_EQUIPMENT
  const at = new URLSearchParams(useSearch()).get('at')
  const all = plans.data ?? []
  const thing = equipment.find(one => one.id === at) ?? spaces.get(at ?? '')
  const wanted = id ?? (thing && planFor(thing, all, spaces)) ?? all[0]?.id
  const plan = all.find(one => one.id === wanted)
  const chosen = plan && thing ? placeOn(plan, thing, spaces) : null
  return (
    <Page title={t('plan.title')} sub={plan ? of(plan.name) : undefined}>
      <Loaded query={plans} what={t('plan.title')}>
        {items =>
          items.length === 0 || !plan ? (
            <section className="card">
              {items.length === 0 ? (
                <Empty icon="plan" title={t('plan.none')} why={t('plan.noneWhy')} />
              ) : (
                <Empty icon="help" title={t('plan.unknown')} why={t('plan.unknownWhy')} />
              )}
            </section>
          ) : (
            <>
              <Chooser plans={items} plan={plan} spaces={spaces} equipment={equipment} />
              {at !== null && chosen === null ? (
                <div className="top-note">
                  <Note icon="help">{t('plan.notHere')}</Note>
                </div>
              ) : null}
              <Sheet key={plan.id} {...{ plan, plans: items, spaces, equipment, chosen }} />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

interface ChooserProps {
  readonly plans: readonly PlanView[]
  readonly plan: PlanView
  readonly spaces: Spaces
  readonly equipment: readonly EquipmentView[]
}

/** Which floor; and which other floors need a look. */
function Chooser({ plans, plan, spaces, equipment }: ChooserProps) {
  const { t, of } = useText()
  const [, go] = useLocation()
  const { role } = useMe()
  const alarms = useAlarmsInSight()
  const groups = Map.groupBy(plans, one => spaces.get(one.space ?? '')?.parent ?? '')
  const at = plans.findIndex(one => one.id === plan.id)
  const byId = new Map(equipment.map(one => [one.id, one]))
  const elsewhere = Map.groupBy(
    alarms.filter(alarm => alarm.active && alarm.severity !== 'journal'),
    alarm => {
      const one = byId.get(alarm.equipment)
      return one ? planFor(one, plans, spaces) : null
    },
  )
  const others = plans
    .filter(one => one.id !== plan.id)
    .flatMap(one => {
      const there = elsewhere.get(one.id) ?? []
      const worst = worstAlarm(there)
      return worst ? [{ one, there, worst }] : []
    })
    .toSorted((a, b) => severities.indexOf(a.worst) - severities.indexOf(b.worst))
    .slice(0, MOST_OTHERS)
  const show = (step: number) => {
    const next = plans[at + step]
    if (next) go(`/plan/${encodeURIComponent(next.id)}`)
  }
  return (
    <div className="row wrap bar-h">
      <button type="button" className="ib" disabled={at <= 0} onClick={() => show(-1)} title={t('plan.before')}>
        <Icon name="left" />
        <span className="sr">{t('plan.before')}</span>
      </button>
      <label className="inp pl-pick">
        <span className="sr">{t('plan.choose')}</span>
        <select value={plan.id} onChange={event => go(`/plan/${encodeURIComponent(event.target.value)}`)}>
          {[...groups].map(([parent, here]) => {
            const options = here.map(one => (
              <option key={one.id} value={one.id}>
                {of(one.name)}
              </option>
            ))
            const name = spaces.get(parent)?.name
            return name ? (
              <optgroup key={parent} label={of(name)}>
                {options}
              </optgroup>
            ) : (
              options
            )
          })}
        </select>
      </label>
      <button
        type="button"
        className="ib"
        disabled={at >= plans.length - 1}
        onClick={() => show(1)}
        title={t('plan.after')}
      >
        <Icon name="right" />
        <span className="sr">{t('plan.after')}</span>
      </button>
      {may(role, 'site.write') ? (
        <Link href={`/plan/${encodeURIComponent(plan.id)}/edit`} className="btn">
          <Icon name="plan" />
          {t('plan.edit')}
        </Link>
      ) : null}
      <ul className="row wrap pl-else" aria-label={t('plan.elsewhere')}>
        {others.map(({ one, there, worst }) => (
          <li key={one.id}>
            <Link href={`/plan/${encodeURIComponent(one.id)}`} className="btn sm">
              <Priority severity={worst} shown={there.some(a => !a.acked) ? 'unack' : 'ack'} word={of(one.name)} />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

interface SheetProps extends ChooserProps {
  readonly chosen: string | null
}

function Sheet({ plan, plans, spaces, equipment, chosen }: SheetProps) {
  const { t, of, lang } = useText()
  const [, go] = useLocation()
  const { text, here, drawing, view, ...sheet } = usePlanSheet(plan, spaces, equipment)
  const [whole, setWhole] = useState(false)
  const choose = useCallback(
    (place: string) => go(`/plan/${encodeURIComponent(plan.id)}?at=${encodeURIComponent(place)}`, { replace: true }),
    [go, plan.id],
  )
  return (
    <div className="pl-page">
      <section className="card pl-card" data-lang={lang}>
        {plan.status === 'ok' ? (
          drawing ? (
            <div className="pl-box">
              {view ? (
                <button type="button" className="btn sm pl-all" aria-pressed={whole} onClick={() => setWhole(!whole)}>
                  {t('plan.whole')}
                </button>
              ) : null}
              <PlanDrawing
                {...{ ...sheet, drawing, chosen }}
                // What alarms outside of the usual part of the sheet would not be seen.
                view={whole ? null : view}
                onChoose={choose}
                label={of(plan.name)}
              />
            </div>
          ) : (
            <Loaded query={text} what={of(plan.name)}>
              {() => <Empty icon="warn" title={t('plan.refused')} />}
            </Loaded>
          )
        ) : (
          <Empty
            icon="warn"
            title={t(plan.status === 'missing' ? 'plan.missing' : 'plan.refused')}
            why={plan.why ? of(plan.why) : ''}
          />
        )}
        {plan.missing.length > 0 || plan.leftOut.length > 0 ? (
          <div className="card-f cap">
            {plan.missing.length > 0 ? <div>{t('plan.lost', { list: plan.missing.join(', ') })}</div> : null}
            {plan.leftOut.length > 0 ? <div>{t('plan.leftOut', { list: plan.leftOut.join(', ') })}</div> : null}
          </div>
        ) : null}
      </section>
      <PlanSide {...{ plan, plans, spaces, here, looks: sheet.looks, chosen }} onChoose={choose} />
    </div>
  )
}
