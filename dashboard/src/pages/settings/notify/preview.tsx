import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { NotifyPreview } from '../../../../../gateway/http/contract.ts'
import { type Severity, severities } from '../../../../../rules/rule.ts'
import { call, useMe } from '../../../api.ts'
import { formatWhen, plain } from '../../../format.ts'
import { serverNow } from '../../../live.ts'
import { Field } from '../../../parts/Dialog.tsx'
import { Loaded, Note } from '../../../parts/notes.tsx'
import { useWhy } from '../../../parts/ToldList.tsx'
import { useText } from '../../../text/index.ts'
import { Choice, TextField } from './fields.tsx'
import { isClock } from './model.ts'

/** What the gateway itself makes of its settings. @param day `2026-11-22`; '': the next such time */
export const usePreview = (severity: Severity, time: string, day: string) =>
  useQuery({
    queryKey: ['notify-preview', severity, time, day],
    queryFn: () =>
      call<NotifyPreview>(
        `notify/preview?${new URLSearchParams({ severity, time, ...(day !== '' && { day }) }).toString()}`,
      ),
    enabled: isClock(time),
    refetchInterval: 30_000,
  })

/** Who would be told of an alarm at some time, in which order, and who would not. */
export function Preview() {
  const { t } = useText()
  const [severity, setSeverity] = useState<Severity>('life')
  const [time, setTime] = useState('03:00')
  const [day, setDay] = useState('')
  const query = usePreview(severity, time, day)
  return (
    <section className="card" aria-label={t('notifyForm.preview')}>
      <div className="card-h">
        <h2>{t('notifyForm.preview')}</h2>
      </div>
      <div className="card-b col g3">
        <div className="two">
          <Choice
            label={t('alarms.priority')}
            value={severity}
            all={severities}
            word={one => t(`severity.${one}`)}
            onChange={setSeverity}
          />
          <TextField
            label={t('notifyForm.time')}
            value={time}
            wrong={isClock(time) ? null : t('notifyForm.clockWrong')}
            onChange={text => setTime(text.replace('：', ':'))}
          />
          <Field label={t('notifyForm.day')} hint={t('notifyForm.dayHint')}>
            <input className="inp" type="date" value={day} onChange={event => setDay(event.target.value)} />
          </Field>
        </div>
        {isClock(time) ? (
          <Loaded query={query} what={t('notifyForm.preview')}>
            {preview => <Outcome preview={preview} life={severity === 'life'} />}
          </Loaded>
        ) : null}
      </div>
    </section>
  )
}

function Outcome({ preview: { at, tells }, life }: { readonly preview: NotifyPreview; readonly life: boolean }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const why = useWhy()
  const list = (names: readonly string[]) => names.map(plain).join(t('common.listSep'))
  const told = tells.filter(one => one.why === null)
  const moments = [...new Set(tells.map(one => one.afterMin))].sort((a, b) => a - b)
  return (
    <>
      <Note
        sort={told.length > 0 ? 'yes' : life ? 'no' : 'medium'}
        icon={told.length > 0 ? 'check' : 'warn'}
        title={t(told.length > 0 ? 'notifyForm.wouldTell' : 'notifyForm.wouldNobody', {
          n: new Set(told.flatMap(one => one.names)).size,
          time: formatWhen(Date.parse(at), serverNow(), lang, zone),
        })}
      >
        {t('notifyForm.unacked')}
      </Note>
      <ul className="col g2 ntf">
        {moments.map(minute => (
          <li key={minute}>
            <b>{minute === 0 ? t('notifyForm.atOnce') : t('notifyForm.afterN', { n: minute })}</b>
            <ul className="exl">
              {tells
                .filter(one => one.afterMin === minute)
                .map(one => (
                  <li key={`${one.channel} ${one.ladder?.id ?? ''} ${one.ladder?.level ?? 0}`}>
                    <span className="mono">{plain(one.channel)}</span>
                    <span>
                      {one.why === null ? (
                        list(one.names)
                      ) : (
                        <span className="cap b">{t('notifyForm.notTold', { why: why(one.why) })}</span>
                      )}
                      {one.without.length > 0 && one.why === null ? (
                        <span className="cap b"> {t('notifyForm.without', { names: list(one.without) })}</span>
                      ) : null}
                      {one.everybody ? <span className="cap"> {t('notifyForm.everybody')}</span> : null}
                      <span className="dim">
                        {' '}
                        {one.ladder
                          ? t('notifyForm.byLevel', {
                              id: one.ladder.id,
                              n: one.ladder.level,
                              roster: one.ladder.roster,
                            })
                          : t('notifyForm.byItself')}
                        {one.ladder?.early ? ` · ${t('notifyForm.early')}` : ''}
                      </span>
                    </span>
                  </li>
                ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  )
}
