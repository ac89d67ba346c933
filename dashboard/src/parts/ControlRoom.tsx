import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AttendanceView } from '../../../gateway/http/contract.ts'
import { call, post, queries, useMay, useMe } from '../api.ts'
import { formatTime, plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Icon } from './Icon.tsx'
import { Refusal } from './notes.tsx'

const KEY = ['control-room']
const REFRESH_MS = 5000

/** Who keeps the control room, and the question whether they are awake. Nothing where the site says nothing of it. */
export function ControlRoom() {
  const { t, lang } = useText()
  const { name, site } = useMe()
  const may = useMay('control-room.keep')
  const away = useRecordBlock()
  const [error, setError] = useState<unknown>(null)
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: () => call<AttendanceView>('control-room'),
    refetchInterval: REFRESH_MS,
  })
  if (!data || data.least === null) return null
  const here = data.on.some(p => p.name === name)
  const short = data.on.length < data.least
  const asked = data.askedAt !== null
  const at = (time: string) => formatTime(Date.parse(time), lang, site.timezone)
  const does = async (what: 'on-duty' | 'off-duty' | 'present') => {
    setError(null)
    try {
      queries.setQueryData(KEY, await post<AttendanceView>(`control-room/${what}`, {}))
    } catch (refused) {
      setError(refused)
    }
  }
  const names = data.on.map(p => `${plain(p.name)} ${at(p.since)}`).join(t('common.listSep'))
  return (
    <section className={`note ${asked || short ? 'high' : ''} top-note`} aria-label={t('controlRoom.title')}>
      <Icon name={asked || short ? 'warn' : 'check'} />
      <div className="grow">
        <b>
          {asked && data.answerBy !== null
            ? t(data.missed ? 'controlRoom.missed' : 'controlRoom.asked', { time: at(data.answerBy) })
            : t(short ? 'controlRoom.short' : 'controlRoom.enough', { n: data.on.length, least: data.least })}
        </b>
        <div>{names === '' ? t('controlRoom.nobody') : names}</div>
        <Refusal error={error} />
      </div>
      {may ? (
        <div className="row wrap g2">
          {asked && here ? (
            <Button primary blocked={away} onClick={() => void does('present')}>
              {t('controlRoom.answer')}
            </Button>
          ) : null}
          <Button blocked={away} onClick={() => void does(here ? 'off-duty' : 'on-duty')}>
            {t(here ? 'controlRoom.leave' : 'controlRoom.come')}
          </Button>
        </div>
      ) : null}
    </section>
  )
}
