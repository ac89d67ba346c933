import { useState } from 'react'
import type { RuleView } from '../../../../gateway/http/contract.ts'
import { type OrderClass, orderClasses, type Severity, severities } from '../../../../rules/rule.ts'
import { siteChanges } from '../../../../rules/sitechange.ts'
import { post, useEquipment } from '../../api.ts'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { review } from '../../parts/SiteReview.tsx'
import { useText } from '../../text/index.ts'
import { DryRun } from './rule-dryrun.tsx'

const kinds = ['above', 'below', 'true', 'false', 'unchangedS', 'silentS', 'expression'] as const
type Kind = (typeof kinds)[number]
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/

/** A rule that the site does not have yet; what it says is checked by the gateway as in site.json. */
export function NewRule({
  onDone,
  onClose,
}: {
  readonly onDone: (rule: RuleView) => void
  readonly onClose: () => void
}) {
  const { t } = useText()
  const equipment = useEquipment().data
  const [is, setIs] = useState({
    ...{ id: '', zh: '', en: '', points: '', kind: 'above' as Kind, limit: '', deadband: '', source: '' },
    ...{ expression: '', stays: '', names: '', severity: 'medium' as Severity, on: '0', off: '0', order: '' },
  })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (change: Partial<typeof is>) => setIs({ ...is, ...change })
  const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
  const numeric = ['above', 'below', 'unchangedS', 'silentS'].includes(is.kind)
  const names = Object.fromEntries(
    is.names.split('\n').flatMap(line => {
      const [name = '', point = ''] = line.split('=').map(part => part.trim())
      return name === '' || point === '' ? [] : [[name, point]]
    }),
  )
  const when =
    is.kind === 'expression'
      ? { expression: is.expression, names, ...(is.stays.trim() === '' ? {} : { stays: is.stays }) }
      : numeric
        ? {
            [is.kind]: number(is.limit),
            ...(['above', 'below'].includes(is.kind) && is.deadband.trim() !== ''
              ? { deadband: number(is.deadband) }
              : {}),
          }
        : { equals: is.kind === 'true' }
  const rule = {
    id: is.id,
    points: is.points.split(/[\s,，]+/).filter(point => point !== ''),
    when,
    severity: is.severity,
    delayOnS: number(is.on),
    delayOffS: number(is.off),
    text: { 'zh-CN': is.zh.trim() || is.en.trim(), en: is.en.trim() || is.zh.trim() },
    ...(is.order === '' ? {} : { order: { class: is.order as OrderClass } }),
    ...(is.source.trim() === '' ? {} : { source: is.source.trim() }),
  }
  const missing = !ID.test(is.id)
    ? t('rules.needId')
    : rule.points.length === 0
      ? t('rules.needPoints')
      : rule.text.en === ''
        ? t('rules.needText')
        : is.kind === 'expression'
          ? is.expression.trim() === '' || Object.keys(names).length === 0
            ? t('rules.needExpression')
            : null
          : numeric && Number.isNaN(number(is.limit))
            ? t('rules.noNumber')
            : null
  const add = async () => {
    if (busy) return
    setError(null)
    const said = await review(siteChanges({}, { rules: [rule] }))
    if (said === null) return
    setBusy(true)
    try {
      onDone(await post<RuleView>(`rules?why=${encodeURIComponent(said.why ?? '')}`, rule))
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  const input = (
    word: 'id' | 'zh' | 'en' | 'points' | 'limit' | 'deadband' | 'source' | 'on' | 'off',
    hint?: string,
  ) => (
    <Field label={t(`rules.new.${word}`)} hint={hint}>
      <input
        className="inp"
        list={word === 'points' ? 'points-of-site' : undefined}
        value={is[word]}
        onChange={event => set({ [word]: event.target.value })}
      />
    </Field>
  )
  const area = (word: 'names' | 'expression' | 'stays', rows: number, hint: string) => (
    <Field label={t(`rules.new.${word}`)} hint={hint}>
      <textarea
        className="inp mono"
        rows={rows}
        spellCheck={false}
        value={is[word]}
        onChange={event => set({ [word]: event.target.value })}
      />
    </Field>
  )
  return (
    <Dialog
      title={t('rules.add')}
      verb={t('rules.add')}
      blocked={missing}
      busy={busy}
      error={error}
      onDo={() => void add()}
      onClose={onClose}
    >
      {input('points', t('rules.new.pointsHint'))}
      <datalist id="points-of-site">
        {equipment?.flatMap(e => e.points.map(p => <option key={p.id} value={p.id} />))}
      </datalist>
      {input('id', t('rules.new.idHint'))}
      {input('zh')}
      {input('en')}
      <Field label={t('rules.new.kind')}>
        <select className="inp" value={is.kind} onChange={event => set({ kind: event.target.value as Kind })}>
          {kinds.map(kind => (
            <option key={kind} value={kind}>
              {t(`rules.kind.${kind}`)}
            </option>
          ))}
        </select>
      </Field>
      {numeric ? input('limit') : null}
      {is.kind === 'above' || is.kind === 'below' ? input('deadband', t('rules.optional')) : null}
      {is.kind === 'expression' ? (
        <>
          {area('names', 3, 't = temperature')}
          {area('expression', 3, 't > 40 && load < 10')}
          {area('stays', 2, t('rules.optional'))}
        </>
      ) : null}
      <Field label={t('alarms.priority')}>
        <select
          className="inp"
          value={is.severity}
          onChange={event => set({ severity: event.target.value as Severity })}
        >
          {severities.map(one => (
            <option key={one} value={one}>
              {t(`severity.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      {input('on')}
      {input('off')}
      <Field label={t('rules.new.order')}>
        <select className="inp" value={is.order} onChange={event => set({ order: event.target.value })}>
          <option value="">{t('rules.noOrder')}</option>
          {orderClasses.map(one => (
            <option key={one} value={one}>
              {t(`orderClass.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      {input('source', t('rules.optional'))}
      <DryRun ask={missing === null ? { rule } : null} />
    </Dialog>
  )
}
