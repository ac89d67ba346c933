import { useState } from 'react'
import { Link } from 'wouter'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import { type Frequency, frequencies } from '../../../../rules/maintenance.ts'
import { type Crew, crews } from '../../../../rules/workorder.ts'
import { useEquipment, useSite } from '../../api.ts'
import { plain } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { Empty, Loaded, Note } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { Saving } from './Saving.tsx'
import { type SiteEdit, siteOf, useSiteEdit } from './siteedit.ts'

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
  readonly every: Frequency
  readonly shifts?: readonly string[]
  readonly running?: { readonly point: string; readonly equals?: unknown; readonly stopped: Frequency }
  readonly items?: readonly { readonly id: string; readonly text: Words }[]
  readonly crew?: Crew
  readonly source?: string
}

/** Planned work and recurring checks: what is done how often, on what, by whom. */
export function MaintenancePlans() {
  const { t } = useText()
  const query = useSite()
  return (
    <Loaded query={query} what={t('plans.title')}>
      {site => <Plans site={site} />}
    </Loaded>
  )
}

function Plans({ site }: { readonly site: SiteView }) {
  const { t, of } = useText()
  const edit = useSiteEdit(site)
  const [open, setOpen] = useState<{ readonly plan: Plan | null; readonly at: number } | null>(null)
  const [stopping, setStopping] = useState<{ readonly plan: Plan; readonly at: number } | null>(null)
  const read = siteOf(site)
  if (!read)
    return (
      <Note sort="medium" icon="warn" role="alert" title={t('orderSettings.unreadable')}>
        <Link href="/settings/site" className="link">
          {t('settings.site')}
        </Link>
      </Note>
    )
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
                  <div className="cap">{plan.source ? plain(plan.source) : plain(plan.id)}</div>
                </td>
                <td className="nw">
                  {t(`frequency.${plan.every}`)}
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
                    : plain(plan.space ?? t('plans.site'))}
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
          error={edit.problems[0] ? new Error(of(edit.problems[0].text)) : edit.error}
          onDo={() => void stop()}
          onClose={() => setStopping(null)}
        >
          {t('plans.stopWhy')}
        </Dialog>
      ) : null}
    </section>
  )
}

interface PlanProps {
  readonly plan: Plan | null
  readonly at: number
  /** Whether site.json has a list of plans yet. */
  readonly has: boolean
  readonly edit: SiteEdit
  readonly onClose: () => void
}
function PlanDialog({ plan, at, has, edit, onClose }: PlanProps) {
  const { t, of } = useText()
  const known = useEquipment().data ?? []
  const [form, setForm] = useState({
    id: plan?.id ?? '',
    zh: plan?.name['zh-CN'] ?? '',
    en: plan?.name.en ?? '',
    every: plan?.every ?? ('month' as Frequency),
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
  const byShift = form.every === 'shift' || form.stopped === 'shift'
  const lacks = !/^[a-z0-9][a-z0-9-]{0,63}$/.test(form.id)
    ? t('orderSettings.idWrong')
    : form.zh.trim() === '' || form.en.trim() === ''
      ? t('common.lacks', { what: t('orderSettings.name') })
      : byShift && (shifts.length === 0 || shifts.some(one => !/^([01]\d|2[0-3]):[0-5]\d$/.test(one)))
        ? t('plans.shiftsWrong')
        : null
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
      every: form.every,
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
  const word = (field: 'zh' | 'en', label: string) => (
    <Field label={label}>
      <input
        className="inp"
        maxLength={100}
        value={form[field]}
        onChange={event => set({ [field]: event.target.value })}
      />
    </Field>
  )
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
      error={edit.problems[0] ? new Error(of(edit.problems[0].text)) : edit.error}
      onDo={() => void save()}
      onClose={onClose}
    >
      <Field label={t('orderSettings.id')} hint={t('orderSettings.idHint')}>
        {/* What was made of a plan stands under its id. */}
        <input
          className="inp mono"
          maxLength={64}
          readOnly={plan !== null}
          value={form.id}
          onChange={event => set({ id: event.target.value })}
        />
      </Field>
      <div className="two">
        {word('zh', t('orderSettings.name-zh'))}
        {word('en', t('orderSettings.name-en'))}
      </div>
      <div className="two">
        <Field label={t('plans.every')}>{every(form.every, value => set({ every: value || 'month' }))}</Field>
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
      <Field label={t('orders.crew')}>
        <select className="inp" value={form.crew} onChange={event => set({ crew: event.target.value as Crew })}>
          {crews.map(crew => (
            <option key={crew} value={crew}>
              {t(`crew.${crew}`)}
            </option>
          ))}
        </select>
      </Field>
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
