import { useState } from 'react'
import type { MaintenanceView, SiteView } from '../../../../gateway/http/contract.ts'
import { type Anchor, type Frequency, frequencies } from '../../../../rules/maintenance.ts'
import { type Signer, signers } from '../../../../rules/orderwork.ts'
import { sourceIn } from '../../../../rules/sourcewords.ts'
import type { Crew } from '../../../../rules/workorder.ts'
import { useEquipment, useMaintenance, useSpaces } from '../../api.ts'
import { formatNumber, formatUnit, plain } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { Empty } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { Saving } from './Saving.tsx'
import { type SiteEdit, useSiteEdit } from './siteedit.ts'
import { CrewField, NameFields, useNameLacks, useRefusal, WithSite } from './siteform.tsx'
import { Ticks } from './Ticks.tsx'

interface Words {
  readonly 'zh-CN': string
  readonly en: string
}
/** A plan as it stands in site.json; what a page does not know of it stays as it is. */
interface Plan {
  readonly id: string
  readonly name: Words
  readonly equipment?: readonly string[]
  readonly space?: string
  readonly every?: Frequency
  readonly anchor?: Anchor
  readonly counter?: { readonly point: string; readonly every: number; readonly withinDays?: number }
  readonly covers?: readonly string[]
  readonly signs?: readonly Signer[]
  readonly shifts?: readonly string[]
  readonly running?: { readonly point: string; readonly equals?: unknown; readonly stopped: Frequency }
  readonly items?: readonly { readonly id: string; readonly text: Words }[]
  readonly crew?: Crew
  readonly source?: string
}

/** Planned work and recurring checks: what is done how often, on what, by whom. */
export function MaintenancePlans() {
  const { t } = useText()
  return <WithSite what={t('plans.title')}>{(site, read) => <Plans site={site} read={read} />}</WithSite>
}

function Plans({ site, read }: { readonly site: SiteView; readonly read: Record<string, unknown> }) {
  const { t, of, lang } = useText()
  const edit = useSiteEdit(site)
  const refusal = useRefusal(edit)
  const runs = useMaintenance(true).data ?? []
  const spaces = useSpaces()
  const spaceName = (id: string) => (spaces.has(id) ? of(spaces.get(id)!.name) : plain(id))
  const [open, setOpen] = useState<{ readonly plan: Plan | null; readonly at: number } | null>(null)
  const [stopping, setStopping] = useState<{ readonly plan: Plan; readonly at: number } | null>(null)
  const plans = (Array.isArray(read.maintenance) ? read.maintenance : []) as readonly Plan[]
  const stop = async () => {
    if (stopping && (await edit.save([[['maintenance', stopping.at], undefined]]))) setStopping(null)
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('plans.title')}</h2>
        <span className="dim">{plans.length}</span>
        <span className="ml">
          <Button small icon="plus" blocked={edit.blocked} onClick={() => setOpen({ plan: null, at: plans.length })}>
            {t('plans.add')}
          </Button>
        </span>
      </div>
      {plans.length === 0 ? (
        <Empty title={t('plans.none')} why={t('plans.noneWhy')} />
      ) : (
        <table className="tbl flow" aria-label={t('plans.title')}>
          <thead>
            <tr>
              <th>{t('plans.what')}</th>
              <th>{t('plans.every')}</th>
              <th>{t('orders.crew')}</th>
              <th>{t('plans.on')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {plans.map((plan, at) => (
              <tr key={plan.id}>
                <td className="wide">
                  <b>{of(plan.name)}</b>
                  <div className="cap">{plain(plan.source ? sourceIn(plan.source, lang) : plan.id)}</div>
                  {plan.covers?.length ? (
                    <div className="cap">
                      {t('plans.holds', {
                        names: plan.covers
                          .map(id => plans.find(p => p.id === id))
                          .flatMap(p => (p ? [of(p.name)] : []))
                          .join(t('common.listSep')),
                      })}
                    </div>
                  ) : null}
                  <Ran run={runs.find(r => r.id === plan.id)} />
                </td>
                <td className="nw">
                  {plan.every ? t(`frequency.${plan.every}`) : null}
                  {plan.counter ? (
                    <div className={plan.every ? 'cap' : ''}>
                      {t('plans.counterEach', {
                        n: formatNumber(plan.counter.every, lang),
                        unit: formatUnit(runs.find(r => r.id === plan.id)?.counter?.unit ?? null),
                      })}
                    </div>
                  ) : null}
                  {plan.running ? (
                    <div className="cap">
                      {t('plans.whileStopped', { every: t(`frequency.${plan.running.stopped}`) })}
                    </div>
                  ) : null}
                </td>
                <td className="nw">{t(`crew.${plan.crew ?? 'general'}`)}</td>
                <td className="nw">
                  {plan.equipment?.length
                    ? t('plans.devices', { n: plan.equipment.length })
                    : plan.space
                      ? spaceName(plan.space)
                      : t('plans.site')}
                </td>
                <td className="r nw">
                  <Button
                    small
                    blocked={edit.blocked}
                    aria-label={t('plans.changeOne', { name: of(plan.name) })}
                    onClick={() => setOpen({ plan, at })}
                  >
                    {t('plans.change')}
                  </Button>{' '}
                  <Button
                    small
                    blocked={edit.blocked}
                    aria-label={t('plans.stopOne', { name: of(plan.name) })}
                    onClick={() => setStopping({ plan, at })}
                  >
                    {t('plans.stop')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {edit.saved || edit.blocked ? <Saving edit={edit}>{null}</Saving> : null}
      {open ? (
        <PlanDialog
          plan={open.plan}
          plans={plans}
          at={open.at}
          has={'maintenance' in read}
          edit={edit}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {stopping ? (
        <Dialog
          title={t('plans.stopAsk', { name: of(stopping.plan.name) })}
          verb={t('plans.stop')}
          blocked={edit.blocked}
          busy={edit.busy}
          error={refusal}
          onDo={() => void stop()}
          onClose={() => setStopping(null)}
        >
          {t('plans.stopWhy')}
        </Dialog>
      ) : null}
    </section>
  )
}

/** How far each has run since its last visit. */
function Ran({ run }: { readonly run: MaintenanceView | undefined }) {
  const { t, of, lang } = useText()
  const known = useEquipment().data ?? []
  const counter = run?.counter
  if (!counter) return null
  return counter.objects.map(({ object, used }) => {
    const equipment = known.find(e => e.id === object)
    return (
      <div key={object} className="cap">
        {equipment ? `${of(equipment.name)}${t('common.colon')}` : ''}
        {t('plans.ran', {
          used: used === null ? '—' : formatNumber(Math.floor(used), lang),
          every: formatNumber(counter.every, lang),
          unit: formatUnit(counter.unit),
        })}
      </div>
    )
  })
}

interface PlanProps {
  readonly plan: Plan | null
  readonly plans: readonly Plan[]
  readonly at: number
  /** Whether site.json has a list of plans yet. */
  readonly has: boolean
  readonly edit: SiteEdit
  readonly onClose: () => void
}
function PlanDialog({ plan, plans, at, has, edit, onClose }: PlanProps) {
  const { t, of } = useText()
  const known = useEquipment().data ?? []
  const [form, setForm] = useState({
    id: plan?.id ?? '',
    zh: plan?.name['zh-CN'] ?? '',
    en: plan?.name.en ?? '',
    every: (plan ? (plan.every ?? '') : 'month') as Frequency | '',
    counted: plan?.counter !== undefined,
    counterPoint: plan?.counter?.point ?? 'running-hours',
    counterEvery: String(plan?.counter?.every ?? 500),
    within: String(plan?.counter?.withinDays ?? 7),
    anchor: plan?.anchor ?? ('' as Anchor | ''),
    covers: plan?.covers ?? ([] as readonly string[]),
    signs: plan?.signs ?? ([] as readonly Signer[]),
    shifts: (plan?.shifts ?? ['08:00', '20:00']).join(' '),
    equipment: plan?.equipment ?? ([] as readonly string[]),
    crew: plan?.crew ?? ('general' as Crew),
    stopped: plan?.running?.stopped ?? ('' as Frequency | ''),
    point: plan?.running?.point ?? 'running',
    items: (plan?.items ?? []).map(one => of(one.text)).join('\n'),
    source: plan?.source ?? '',
  })
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const shifts = form.shifts.split(/[\s,，、]+/).filter(one => one !== '')
  const others = plans.filter(p => p.id !== plan?.id)
  const byShift = form.every === 'shift' || form.stopped === 'shift'
  const nameLacks = useNameLacks(form)
  const refusal = useRefusal(edit)
  const counterEvery = Number(form.counterEvery)
  const within = Number(form.within)
  const wrong =
    form.counted && !(counterEvery > 0 && Number.isInteger(within) && within >= 1 && within <= 366)
      ? t('plans.counterWrong')
      : null
  const lacks =
    nameLacks ??
    (form.every === '' && !form.counted
      ? t('plans.whenLacks')
      : byShift && (shifts.length === 0 || shifts.some(one => !/^([01]\d|2[0-3]):[0-5]\d$/.test(one)))
        ? t('plans.shiftsWrong')
        : wrong)
  const save = async () => {
    const lines = form.items
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '')
    // A line that was not touched keeps its words in the other language.
    const items = lines.map((line, i) => {
      const had = plan?.items?.find(one => of(one.text) === line)
      return had ?? { id: `i${i + 1}-${lines.length}`, text: { 'zh-CN': line, en: line } }
    })
    const made = {
      ...plan,
      id: form.id,
      name: { 'zh-CN': form.zh.trim(), en: form.en.trim() },
      equipment: form.equipment,
      every: form.every === '' ? undefined : form.every,
      counter: form.counted
        ? { ...plan?.counter, point: form.counterPoint.trim(), every: counterEvery, withinDays: within }
        : undefined,
      anchor: form.anchor === '' ? undefined : form.anchor,
      covers: form.covers.length === 0 ? undefined : form.covers,
      signs: form.signs.length === 0 ? undefined : form.signs,
      shifts: byShift ? shifts : undefined,
      running:
        form.stopped === '' ? undefined : { equals: true, ...plan?.running, point: form.point, stopped: form.stopped },
      items,
      crew: form.crew,
      source: form.source.trim() === '' ? undefined : form.source.trim(),
    }
    const value = JSON.parse(JSON.stringify(made)) as object
    const done = await edit.save(has ? [[['maintenance', plan ? at : -1], value]] : [[['maintenance'], [value]]])
    if (done) onClose()
  }
  const every = (value: string, onChange: (value: Frequency | '') => void, none?: string) => (
    <select className="inp" value={value} onChange={event => onChange(event.target.value as Frequency | '')}>
      {none === undefined ? null : <option value="">{none}</option>}
      {frequencies.map(one => (
        <option key={one} value={one}>
          {t(`frequency.${one}`)}
        </option>
      ))}
    </select>
  )
  return (
    <Dialog
      title={plan ? t('plans.changeOne', { name: of(plan.name) }) : t('plans.add')}
      verb={t('orderSettings.save')}
      blocked={edit.blocked ?? lacks}
      busy={edit.busy}
      error={refusal}
      onDo={() => void save()}
      onClose={onClose}
    >
      {/* What was made of a plan stands under its id. */}
      <NameFields form={form} set={set} fixedId={plan !== null} />
      <div className="two">
        <Field label={t('plans.every')}>{every(form.every, value => set({ every: value }), t('plans.never'))}</Field>
        <Field label={t('plans.stopped')}>
          {every(form.stopped, value => set({ stopped: value }), t('plans.sameAlways'))}
        </Field>
      </div>
      {form.stopped === '' ? null : (
        <Field label={t('plans.point')} hint={t('plans.pointHint')}>
          <input
            className="inp mono"
            maxLength={129}
            value={form.point}
            onChange={event => set({ point: event.target.value })}
          />
        </Field>
      )}
      <div className="two">
        <Field label={t('plans.counter')}>
          <select
            className="inp"
            value={form.counted ? 'yes' : ''}
            onChange={event => set({ counted: event.target.value !== '' })}
          >
            <option value="">{t('plans.counterNone')}</option>
            <option value="yes">{t('plans.counter')}</option>
          </select>
        </Field>
        <Field label={t('plans.anchor')}>
          <select
            className="inp"
            value={form.anchor}
            onChange={event => set({ anchor: event.target.value as Anchor | '' })}
          >
            <option value="">{t('plans.anchorUsual')}</option>
            <option value="planned">{t('plans.anchorPlanned')}</option>
            <option value="done">{t('plans.anchorDone')}</option>
          </select>
        </Field>
      </div>
      {form.counted ? (
        <>
          <Field label={t('plans.counterPoint')} hint={t('plans.pointHint')}>
            <input
              className="inp mono"
              maxLength={129}
              value={form.counterPoint}
              onChange={event => set({ counterPoint: event.target.value })}
            />
          </Field>
          <div className="two">
            <Field label={t('plans.counterEvery')} wrong={wrong}>
              <input
                className="inp"
                inputMode="decimal"
                maxLength={10}
                value={form.counterEvery}
                onChange={event => set({ counterEvery: event.target.value })}
              />
            </Field>
            <Field label={t('plans.counterWithin')}>
              <input
                className="inp"
                inputMode="numeric"
                maxLength={3}
                value={form.within}
                onChange={event => set({ within: event.target.value })}
              />
            </Field>
          </div>
        </>
      ) : null}
      {byShift ? (
        <Field label={t('plans.shifts')} hint={t('plans.shiftsHint')}>
          <input className="inp mono" value={form.shifts} onChange={event => set({ shifts: event.target.value })} />
        </Field>
      ) : null}
      <Field label={t('plans.equipment')} hint={t('plans.equipmentHint', { n: form.equipment.length })}>
        <select
          className="inp"
          multiple
          size={5}
          value={[...form.equipment]}
          onChange={event => set({ equipment: [...event.target.selectedOptions].map(one => one.value) })}
        >
          {known.map(one => (
            <option key={one.id} value={one.id}>
              {of(one.name)}
              {one.space ? ` · ${of(one.space.name)}` : ''}
            </option>
          ))}
        </select>
      </Field>
      <CrewField value={form.crew} onChange={crew => set({ crew })} />
      {others.length === 0 ? null : (
        <Field label={t('plans.covers')} hint={t('plans.coversHint')}>
          <select
            className="inp"
            multiple
            size={Math.min(4, others.length)}
            value={[...form.covers]}
            onChange={event => set({ covers: [...event.target.selectedOptions].map(one => one.value) })}
          >
            {others.map(one => (
              <option key={one.id} value={one.id}>
                {of(one.name)}
              </option>
            ))}
          </select>
        </Field>
      )}
      <Ticks
        label={t('plans.signs')}
        all={signers}
        chosen={form.signs}
        word={one => t(`signer.${one}`)}
        onChange={signs => set({ signs })}
      />
      <Field label={t('orders.planItems')} hint={t('plans.itemsHint')}>
        <textarea className="inp" rows={4} value={form.items} onChange={event => set({ items: event.target.value })} />
      </Field>
      <Field label={t('plans.source')} hint={t('intake.optional')}>
        <input
          className="inp"
          maxLength={200}
          value={form.source}
          onChange={event => set({ source: event.target.value })}
        />
      </Field>
    </Dialog>
  )
}
