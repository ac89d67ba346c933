import { useState } from 'react'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import { type Weekday, weekdays } from '../../../../rules/calendar.ts'
import type { Role } from '../../../../rules/flow.ts'
import { ladder, type Policy, policies, type Wait, waits } from '../../../../rules/orderclock.ts'
import { type OrderClass, orderClasses } from '../../../../rules/rule.ts'
import type { Targets } from '../../../../rules/target.ts'
import { again, type Nature, natures, urgentNatures, VISIT_WITHIN_MS } from '../../../../rules/workorder.ts'
import { useUnsavedForm } from '../../leave.ts'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { FailureClasses } from './failures.tsx'
import { Saving } from './Saving.tsx'
import { isPct, ServiceTargets } from './servicetargets.tsx'
import { type Edit, type Mark, useSiteEdit } from './siteedit.ts'
import { WithSite } from './siteform.tsx'
import { Ticks } from './Ticks.tsx'

const MIN = 60_000
const HOUR = 60 * MIN
const limits = ['accept', 'arrive', 'restore', 'close'] as const
type Limit = (typeof limits)[number]
const told: readonly Role[] = ['engineer', 'operator', 'manager', 'desk', 'admin']

interface Hours {
  readonly days: readonly Weekday[]
  readonly from: string
  readonly to: string
}
interface OwnPolicy extends Partial<Record<`${Limit}Min`, number>> {
  readonly pauses?: readonly Wait[]
  readonly hours?: Hours
}
interface Own {
  readonly policies?: Partial<Record<OrderClass, OwnPolicy>>
  readonly urgent?: readonly Nature[]
  readonly escalation?: readonly { readonly pct: number; readonly tell: readonly Role[] }[]
  readonly again?: { readonly reopenMin?: number; readonly followHours?: number }
  readonly visitHours?: number
  readonly samplePct?: number
  readonly replyDays?: number
  readonly targets?: Partial<Targets>
  readonly failures?: readonly { id: string; name: { 'zh-CN': string; en: string }; crew: never }[]
}

/** What the site says of its orders: how soon, what may pause, who is told, what is the same trouble. */
export function OrderSettings() {
  const { t } = useText()
  return (
    <WithSite what={t('orderSettings.title')}>
      {(site, read) => <Cards site={site} own={(read.orders ?? {}) as Own} />}
    </WithSite>
  )
}

function Cards({ site, own }: { readonly site: SiteView; readonly own: Own }) {
  const [saved, setSaved] = useState<string | null>(null)
  const mark = (card: string): Mark => ({ saved: saved === card, onSaved: () => setSaved(card) })
  // A form begins anew when what it is about was changed, by whomever.
  const as = (card: string, part: unknown) => `${card} ${JSON.stringify(part)}`
  const { urgent, again, visitHours, samplePct, escalation, targets, replyDays } = own
  return (
    <div className="places">
      {orderClasses.map(urgency => {
        const policy = own.policies?.[urgency] ?? {}
        return <Limits key={as(urgency, policy)} site={site} urgency={urgency} own={policy} mark={mark(urgency)} />
      })}
      <Sorting
        key={as('sorting', [urgent, again, visitHours, samplePct])}
        site={site}
        own={own}
        mark={mark('sorting')}
      />
      <ServiceTargets key={as('targets', [targets, replyDays])} site={site} own={own} mark={mark('targets')} />
      <Escalation key={as('escalation', escalation)} site={site} own={own} mark={mark('escalation')} />
      <FailureClasses site={site} failures={own.failures ?? []} />
    </div>
  )
}

/** An amount of time as people say it: 15 min, 6 h, 1 d. Empty or not above 0: null. */
interface Amount {
  readonly text: string
  readonly unit: 1 | 60 | 1440
}
const amountOf = (minutes: number): Amount => {
  const unit = minutes >= 1440 && minutes % 1440 === 0 ? 1440 : minutes >= 60 && minutes % 60 === 0 ? 60 : 1
  return { text: String(minutes / unit), unit }
}
const minutesOf = ({ text, unit }: Amount): number | null => {
  const n = Number(text)
  return text.trim() === '' || !Number.isFinite(n) || n <= 0 ? null : n * unit
}

interface AmountFieldProps {
  readonly label: string
  readonly hint?: string
  readonly value: Amount
  readonly onChange: (value: Amount) => void
}
function AmountField({ label, hint, value, onChange }: AmountFieldProps) {
  const { t } = useText()
  return (
    <Field label={label} hint={hint} wrong={minutesOf(value) === null ? t('orderSettings.above0') : null}>
      <span className="row">
        <input
          className="inp"
          inputMode="decimal"
          size={4}
          value={value.text}
          aria-label={label}
          onChange={event => onChange({ ...value, text: event.target.value })}
        />
        <select
          className="inp"
          aria-label={t('orderSettings.unitOf', { what: label })}
          value={value.unit}
          onChange={event => onChange({ ...value, unit: Number(event.target.value) as Amount['unit'] })}
        >
          <option value={1}>{t('orderSettings.min')}</option>
          <option value={60}>{t('orderSettings.h')}</option>
          <option value={1440}>{t('orderSettings.d')}</option>
        </select>
      </span>
    </Field>
  )
}

interface LimitsProps {
  readonly site: SiteView
  readonly urgency: OrderClass
  readonly own: OwnPolicy
  readonly mark: Mark
}
function Limits({ site, urgency, own, mark }: LimitsProps) {
  const { t } = useText()
  const edit = useSiteEdit(site, mark)
  const built: Policy = policies[urgency]
  const builtPauses = waits.filter(wait => built.pauses[wait])
  const [times, setTimes] = useState(
    () =>
      Object.fromEntries(limits.map(one => [one, amountOf(own[`${one}Min`] ?? built[`${one}Ms`] / MIN)])) as Record<
        Limit,
        Amount
      >,
  )
  const [pauses, setPauses] = useState<readonly Wait[]>(own.pauses ?? builtPauses)
  const [hours, setHours] = useState<Hours | null>(own.hours ?? null)
  useUnsavedForm([times, pauses, hours])
  const wrong = limits.some(one => minutesOf(times[one]) === null)
  const save = () => {
    const policy: Record<string, unknown> = {}
    for (const one of limits) {
      const minutes = minutesOf(times[one])
      // What is as built in is left out: a better default of a later version holds then.
      if (minutes !== null && minutes * MIN !== built[`${one}Ms`]) policy[`${one}Min`] = minutes
    }
    if (pauses.join() !== builtPauses.join()) policy.pauses = pauses
    if (hours) policy.hours = hours
    const value = Object.keys(policy).length === 0 ? undefined : policy
    void edit.save([[['orders', 'policies', urgency], value]])
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('orderSettings.limits', { class: t(`orderClass.${urgency}`) })}</h2>
      </div>
      <div className="card-b col g3">
        <div className="two">
          {limits.map(one => (
            <AmountField
              key={one}
              label={t(`orderSettings.${one}`)}
              value={times[one]}
              onChange={value => setTimes({ ...times, [one]: value })}
            />
          ))}
        </div>
        {urgency === 'life' ? (
          <span className="cap">{t('orderSettings.lifeNever')}</span>
        ) : (
          <>
            <Ticks
              label={t('orderSettings.pauses')}
              all={waits}
              chosen={pauses}
              word={one => t(`wait.${one}`)}
              onChange={setPauses}
            />
            <WorkingHours hours={hours} onChange={setHours} />
          </>
        )}
      </div>
      <Saving edit={edit}>
        <Button primary blocked={edit.blocked ?? (wrong ? t('orderSettings.above0') : null)} onClick={save}>
          {t('orderSettings.save')}
        </Button>
      </Saving>
    </section>
  )
}

const office: Hours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' }
function WorkingHours(props: { readonly hours: Hours | null; readonly onChange: (hours: Hours | null) => void }) {
  const { hours, onChange } = props
  const { t } = useText()
  return (
    <>
      <Field label={t('orderSettings.counts')}>
        <select
          className="inp det-w"
          value={hours ? 'hours' : 'always'}
          onChange={event => onChange(event.target.value === 'hours' ? office : null)}
        >
          <option value="always">{t('orderSettings.always')}</option>
          <option value="hours">{t('orderSettings.hours')}</option>
        </select>
      </Field>
      {hours ? (
        <>
          <div className="two">
            {(['from', 'to'] as const).map(end => (
              <Field key={end} label={t(`orderSettings.${end}`)}>
                <input
                  className="inp"
                  type="time"
                  value={hours[end]}
                  onChange={event => onChange({ ...hours, [end]: event.target.value })}
                />
              </Field>
            ))}
          </div>
          <Ticks
            label={t('orderSettings.days')}
            all={weekdays}
            chosen={hours.days}
            word={one => t(`weekday.${one}`)}
            onChange={days => onChange({ ...hours, days })}
          />
          <span className="cap">{t('orderSettings.holidays')}</span>
        </>
      ) : null}
    </>
  )
}

interface CardProps {
  readonly site: SiteView
  readonly own: Own
  readonly mark: Mark
}

/** What is urgent, what is the same trouble again, and when somebody asks whether it holds. */
function Sorting({ site, own, mark }: CardProps) {
  const { t } = useText()
  const edit = useSiteEdit(site, mark)
  const [urgent, setUrgent] = useState<readonly Nature[]>(own.urgent ?? urgentNatures)
  const [reopen, setReopen] = useState(amountOf(own.again?.reopenMin ?? again.reopenMs / MIN))
  const [follow, setFollow] = useState(amountOf((own.again?.followHours ?? again.lookBackMs / HOUR) * 60))
  const [visit, setVisit] = useState(amountOf((own.visitHours ?? VISIT_WITHIN_MS / HOUR) * 60))
  const [sample, setSample] = useState(String(own.samplePct ?? 0))
  useUnsavedForm([urgent, reopen, follow, visit, sample])
  const [reopenMin, followMin, visitMin] = [reopen, follow, visit].map(minutesOf)
  const wrong = reopenMin === null || followMin === null || visitMin === null
  const pctWrong = isPct(sample) ? null : t('orderSettings.pct100')
  const save = () => {
    const window = {
      ...(reopenMin! * MIN !== again.reopenMs && { reopenMin }),
      ...(followMin! * MIN !== again.lookBackMs && { followHours: followMin! / 60 }),
    }
    const asBuilt = natures.filter(n => urgentNatures.includes(n)).join() === urgent.join()
    const edits: Edit[] = [
      [['orders', 'urgent'], asBuilt ? undefined : urgent],
      [['orders', 'again'], Object.keys(window).length === 0 ? undefined : window],
      [['orders', 'visitHours'], visitMin! * MIN === VISIT_WITHIN_MS ? undefined : visitMin! / 60],
      [['orders', 'samplePct'], Number(sample) === 0 ? undefined : Number(sample)],
    ]
    void edit.save(edits)
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('orderSettings.sorting')}</h2>
      </div>
      <div className="card-b col g3">
        <Ticks
          label={t('orderSettings.urgent')}
          all={natures}
          chosen={urgent}
          word={one => t(`nature.${one}`)}
          onChange={setUrgent}
        />
        <span className="cap">{t('orderSettings.appointments')}</span>
        <div className="two">
          <AmountField
            label={t('orderSettings.reopen')}
            hint={t('orderSettings.reopenWhy')}
            value={reopen}
            onChange={setReopen}
          />
          <AmountField
            label={t('orderSettings.follow')}
            hint={t('orderSettings.followWhy')}
            value={follow}
            onChange={setFollow}
          />
          <AmountField
            label={t('orderSettings.visit')}
            hint={t('orderSettings.visitWhy')}
            value={visit}
            onChange={setVisit}
          />
          <Field label={t('orderSettings.sample')} hint={t('orderSettings.sampleWhy')} wrong={pctWrong}>
            <input
              className="inp"
              inputMode="decimal"
              size={4}
              value={sample}
              onChange={event => setSample(event.target.value)}
            />
          </Field>
        </div>
      </div>
      <Saving edit={edit}>
        <Button primary blocked={edit.blocked ?? (wrong ? t('orderSettings.above0') : pctWrong)} onClick={save}>
          {t('orderSettings.save')}
        </Button>
      </Saving>
    </section>
  )
}

interface StepDraft {
  readonly key: number
  readonly pct: string
  readonly tell: readonly Role[]
}
function Escalation({ site, own, mark }: CardProps) {
  const { t, code } = useText()
  const edit = useSiteEdit(site, mark)
  const start = () => (own.escalation ?? ladder).map(({ pct, tell }, key) => ({ key, pct: String(pct), tell }))
  const [steps, setSteps] = useState<readonly StepDraft[]>(start)
  useUnsavedForm(steps)
  const change = (key: number, by: Partial<StepDraft>) =>
    setSteps(steps.map(step => (step.key === key ? { ...step, ...by } : step)))
  const wrong = steps.some(s => !/^\d{1,4}$/.test(s.pct) || Number(s.pct) < 1 || Number(s.pct) > 1000)
    ? t('orderSettings.pctWrong')
    : steps.some(s => s.tell.length === 0)
      ? t('orderSettings.tellNobody')
      : null
  const save = () => {
    const made = steps.map(({ pct, tell }) => ({ pct: Number(pct), tell })).sort((a, b) => a.pct - b.pct)
    const asBuilt = JSON.stringify(made) === JSON.stringify(ladder)
    void edit.save([[['orders', 'escalation'], asBuilt ? undefined : made]])
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('orderSettings.escalation')}</h2>
        <span className="ml">
          <Button
            small
            icon="plus"
            blocked={steps.length >= 10 ? t('orderSettings.most10') : null}
            onClick={() =>
              setSteps([...steps, { key: Math.max(-1, ...steps.map(s => s.key)) + 1, pct: '', tell: ['manager'] }])
            }
          >
            {t('orderSettings.addStep')}
          </Button>
        </span>
      </div>
      <div className="card-b col g3">
        <span className="cap">{t('orderSettings.escalationWhy')}</span>
        {steps.map(step => (
          <div key={step.key} className="row wrap">
            <label className="row">
              <input
                className="inp"
                inputMode="numeric"
                size={4}
                value={step.pct}
                aria-label={t('orderSettings.pct')}
                onChange={event => change(step.key, { pct: event.target.value })}
              />
              %
            </label>
            <Ticks
              label={t('orderSettings.tell')}
              all={told}
              chosen={step.tell}
              word={one => code('role', one)}
              onChange={tell => change(step.key, { tell })}
            />
            <span className="ml">
              <Button
                small
                blocked={steps.length === 1 ? t('orderSettings.lastStep') : null}
                aria-label={t('orderSettings.dropStep', { pct: step.pct })}
                onClick={() => setSteps(steps.filter(s => s.key !== step.key))}
              >
                {t('orderSettings.drop')}
              </Button>
            </span>
          </div>
        ))}
      </div>
      <Saving edit={edit}>
        <Button primary blocked={edit.blocked ?? wrong} onClick={save}>
          {t('orderSettings.save')}
        </Button>
        {wrong ? <span className="cap">{wrong}</span> : null}
      </Saving>
    </section>
  )
}
