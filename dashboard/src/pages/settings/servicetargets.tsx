import { useState } from 'react'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import { REPLY_DAYS } from '../../../../rules/complaint.ts'
import { type Targets, targets } from '../../../../rules/target.ts'
import { useUnsavedForm } from '../../leave.ts'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { Saving } from './Saving.tsx'
import { type Mark, useSiteEdit } from './siteedit.ts'

export const isPct = (text: string): boolean => /^\d{1,3}(\.\d+)?$/.test(text.trim()) && Number(text) <= 100

interface Props {
  readonly site: SiteView
  readonly own: { readonly targets?: Partial<Targets>; readonly replyDays?: number }
  readonly mark: Mark
}
const keys = ['visited', 'timely', 'satisfied', 'replied'] as const satisfies readonly (keyof Targets)[]

/** What the work of the service desk is held against, and how soon a complaint is answered. */
export function ServiceTargets({ site, own, mark }: Props) {
  const { t } = useText()
  const edit = useSiteEdit(site, mark)
  const [pct, setPct] = useState(
    () =>
      Object.fromEntries(keys.map(key => [key, String(own.targets?.[key] ?? targets[key])])) as Record<
        keyof Targets,
        string
      >,
  )
  const [days, setDays] = useState(String(own.replyDays ?? REPLY_DAYS))
  useUnsavedForm([pct, days])
  const daysOk = /^\d{1,2}$/.test(days.trim()) && Number(days) >= 1 && Number(days) <= 60
  const wrong = keys.every(key => isPct(pct[key]))
    ? daysOk
      ? null
      : t('orderSettings.daysWrong')
    : t('orderSettings.pct100')
  const save = () => {
    // What is as built in is left out: a better default of a later version holds then.
    const changed = keys.filter(key => Number(pct[key]) !== targets[key]).map(key => [key, Number(pct[key])] as const)
    void edit.save([
      [['orders', 'targets'], changed.length === 0 ? undefined : Object.fromEntries(changed)],
      [['orders', 'replyDays'], Number(days) === REPLY_DAYS ? undefined : Number(days)],
    ])
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('orderSettings.targets')}</h2>
      </div>
      <div className="card-b col g3">
        <div className="two">
          {keys.map(key => (
            <Field
              key={key}
              label={t(`orderSettings.target-${key}`)}
              wrong={isPct(pct[key]) ? null : t('orderSettings.pct100')}
            >
              <input
                className="inp"
                inputMode="decimal"
                size={4}
                value={pct[key]}
                onChange={event => setPct({ ...pct, [key]: event.target.value })}
              />
            </Field>
          ))}
          <Field
            label={t('orderSettings.replyDays')}
            hint={t('orderSettings.replyDaysWhy')}
            wrong={daysOk ? null : t('orderSettings.daysWrong')}
          >
            <input
              className="inp"
              inputMode="numeric"
              size={4}
              value={days}
              onChange={event => setDays(event.target.value)}
            />
          </Field>
        </div>
      </div>
      <Saving edit={edit}>
        <Button primary blocked={edit.blocked ?? wrong} onClick={save}>
          {t('orderSettings.save')}
        </Button>
      </Saving>
    </section>
  )
}
