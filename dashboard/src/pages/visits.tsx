import { useState } from 'react'
import { Link } from 'wouter'
import { useVisits } from '../access.ts'
import { useMay } from '../api.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { NewVisit } from '../parts/visits/NewVisit.tsx'
import { VisitRow } from '../parts/visits/VisitRow.tsx'
import { useText } from '../text/index.ts'
import './doors.css'

/** Visitors who are expected, and the register of rooms: who agreed, who goes along, in and out. */
export default function Visits() {
  const { t } = useText()
  const [past, setPast] = useState(false)
  const [making, setMaking] = useState(false)
  const visits = useVisits(past)
  const away = useRecordBlock()
  const mayAsk = useMay('visit.ask')
  const blocked = away ?? (mayAsk ? null : t('visits.blockedRole'))
  return (
    <Page title={t('visits.title')} sub={t('visits.sub')}>
      <section className="card" aria-label={t('visits.title')}>
        <div className="card-h wrap">
          <h2>{t(past ? 'visits.register' : 'visits.open')}</h2>
          <span className="ml row wrap">
            <Button small aria-pressed={past} onClick={() => setPast(!past)}>
              {t(past ? 'visits.open' : 'visits.register')}
            </Button>
            <Button small primary icon="plus" blocked={blocked} onClick={() => setMaking(true)}>
              {t('visits.new')}
            </Button>
            <Link className="btn sm" href="/passes">
              {t('nav.passes')}
            </Link>
          </span>
        </div>
        <Loaded query={visits} what={t('visits.title')}>
          {list =>
            list.length === 0 ? (
              <Empty icon="person" title={t('visits.none')} why={t('visits.noneWhy')} />
            ) : (
              <ul className="drs">
                {list.map(visit => (
                  <VisitRow key={visit.id} visit={visit} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      {making ? <NewVisit onClose={() => setMaking(false)} /> : null}
    </Page>
  )
}
