import { useState } from 'react'
import type { RuleTuning, RuleView } from '../../../../gateway/http/contract.ts'
import { type Severity, severities } from '../../../../rules/rule.ts'
import { sourceIn } from '../../../../rules/sourcewords.ts'
import { plain } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { DryRun } from './rule-dryrun.tsx'
import { Condition, type Label } from './rule-words.tsx'

interface Props {
  readonly rule: RuleView
  readonly busy: boolean
  readonly error: unknown
  readonly onSave: (tuning: RuleTuning) => void
  readonly onUndo: () => void
  readonly onClose: () => void
}

/** A number as it was typed: '' is as delivered, undefined is none. */
const typed = (text: string): number | undefined => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

export function TuneRule({ rule, busy, error, onSave, onUndo, onClose }: Props) {
  const { t, of, lang } = useText()
  const { delivered } = rule
  const [on, setOn] = useState(rule.on)
  const [severity, setSeverity] = useState<Severity>(rule.now.severity)
  const [delays, setDelays] = useState({ delayOnS: String(rule.now.delayOnS), delayOffS: String(rule.now.delayOffS) })
  const [numbers, setNumbers] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(
      rule.words.map(word => [word, rule.now.when[word] === undefined ? '' : String(rule.now.when[word])]),
    ),
  )
  const life = delivered.severity === 'life'
  // Only what is other than delivered is kept.
  const when = Object.fromEntries(
    rule.words.flatMap(word => {
      const value = typed(numbers[word] ?? '')
      return value === undefined || value === delivered.when[word] ? [] : [[word, value] as const]
    }),
  )
  const delay = (word: 'delayOnS' | 'delayOffS') => {
    const value = typed(delays[word])
    return value === undefined || value === delivered[word] ? {} : { [word]: value }
  }
  const tuning: RuleTuning = {
    ...(on ? {} : { off: true as const }),
    ...(Object.keys(when).length > 0 ? { when } : {}),
    ...delay('delayOnS'),
    ...delay('delayOffS'),
    ...(severity === delivered.severity ? {} : { severity }),
  }
  const same = JSON.stringify(tuning) === JSON.stringify(rule.tuning ?? {})
  const wrong = Object.entries({ ...numbers, ...delays }).some(
    ([, text]) => text.trim() !== '' && typed(text) === undefined,
  )
  const { off: _, ...tried } = tuning
  const number = (word: Label | 'delayOnS' | 'delayOffS', value: string, set: (text: string) => void, was: unknown) => (
    <Field
      key={word}
      label={t(`rules.word.${word}`)}
      hint={was === undefined ? t('rules.wasNone') : t('rules.was', { value: String(was) })}
      wrong={value.trim() !== '' && typed(value) === undefined ? t('rules.noNumber') : null}
    >
      <input className="inp" inputMode="decimal" value={value} onChange={event => set(event.target.value)} />
    </Field>
  )
  return (
    <Dialog
      title={of(rule.text)}
      verb={t(busy ? 'rules.saving' : 'rules.save')}
      blocked={wrong ? t('rules.noNumber') : same ? t('rules.unchanged') : null}
      busy={busy}
      error={error}
      onDo={() => onSave(tuning)}
      onClose={onClose}
    >
      <div className="cap">
        {[rule.source === null ? t('rules.noSource') : plain(sourceIn(rule.source, lang)), plain(rule.id)].join(' · ')}
      </div>
      <div>
        <span className="dim">{t('rules.asDelivered')}</span>{' '}
        <Condition of={delivered.when} names={rule.names} unit={rule.unit} others={rule.others} />
      </div>
      <Field label={t('rules.use')} hint={life ? t('rules.lifeStays') : undefined}>
        <select
          className="inp"
          value={on ? 'on' : 'off'}
          disabled={life}
          onChange={event => setOn(event.target.value === 'on')}
        >
          <option value="on">{t('rules.on')}</option>
          <option value="off">{t('rules.isOff')}</option>
        </select>
      </Field>
      <Field label={t('alarms.priority')} hint={t('rules.was', { value: t(`severity.${delivered.severity}`) })}>
        <select
          className="inp"
          value={severity}
          disabled={life}
          onChange={event => setSeverity(event.target.value as Severity)}
        >
          {severities.map(one => (
            <option key={one} value={one}>
              {t(`severity.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      {rule.words.map(word =>
        number(
          word as Label,
          numbers[word] ?? '',
          text => setNumbers({ ...numbers, [word]: text }),
          delivered.when[word],
        ),
      )}
      {rule.words.length === 0 ? <span className="dim">{t('rules.noWords')}</span> : null}
      {(['delayOnS', 'delayOffS'] as const).map(word =>
        number(word, delays[word], text => setDelays({ ...delays, [word]: text }), delivered[word]),
      )}
      <DryRun ask={wrong ? null : { id: rule.id, tuning: tried }} />
      {rule.tuning === null ? null : (
        <div>
          <Button small onClick={onUndo}>
            {t('rules.undo')}
          </Button>
        </div>
      )}
    </Dialog>
  )
}
