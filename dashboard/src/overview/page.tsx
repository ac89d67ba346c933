import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { EquipmentView } from '../../../gateway/http/contract.ts'
import { type System, systems } from '../../../rules/plant/systems.ts'
import { useAlarmsInSight, useEquipment } from '../api.ts'
import { formatNumber } from '../format.ts'
import { StateWord } from '../parts/EquipmentState.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import type { Plant } from './Box.tsx'
import { Power } from './Power.tsx'
import { Hvac, Lifts } from './Rooms.tsx'
import { Water } from './Water.tsx'
import './overview.css'

/** The plant by system, drawn from what site.json says of what feeds what. */
export default function Overview({ chosen }: { readonly chosen: string }) {
  const { t, lang } = useText()
  const query = useEquipment()
  const alarms = useAlarmsInSight()
  const all = query.data ?? []
  const plant: Plant = {
    all,
    byId: new Map(all.map(e => [e.id, e])),
    alarms: Map.groupBy(alarms, alarm => alarm.equipment ?? ''),
  }
  const of = (system: System) => all.filter(e => e.system === system)
  const there = systems.filter(system => of(system).length > 0)
  const shown = there.filter(system => chosen === 'all' || chosen === system)
  return (
    <Page title={t('overview.title')}>
      <div className="row wrap bar-h">
        <nav className="tabs" aria-label={t('overview.systems')}>
          <Link href="/equipment">{t('overview.list')}</Link>
          <Link href="/equipment/by/all" aria-current={chosen === 'all' ? 'page' : undefined}>
            {t('overview.all')}
          </Link>
          {there.map(system => (
            <Link key={system} href={`/equipment/by/${system}`} aria-current={chosen === system ? 'page' : undefined}>
              {t(`overview.system.${system}`)} <em>{formatNumber(of(system).length, lang)}</em>
            </Link>
          ))}
        </nav>
        <span className="ml legend">
          {(['running', 'stopped', 'fault', 'unknown'] as const).map(state => (
            <StateWord key={state} state={state} />
          ))}
        </span>
      </div>
      <Loaded query={query} what={t('overview.title')}>
        {() =>
          shown.length === 0 ? (
            <section className="card">
              <Empty icon="equipment" title={t('overview.empty')} why={t('overview.emptyWhy')} />
            </section>
          ) : (
            <div className="ov-page">
              {shown.map(system => (
                <Section key={system} system={system} parts={of(system)} plant={plant} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

interface SectionProps {
  readonly system: System
  readonly parts: readonly EquipmentView[]
  readonly plant: Plant
}
function Section({ system, parts, plant }: SectionProps) {
  const { t } = useText()
  return (
    <section className={`card ov-sys ov-${system}`} aria-label={t(`overview.drawing.${system}`)}>
      <div className="card-h">
        <h2>{t(`overview.drawing.${system}`)}</h2>
      </div>
      <Measured>
        {width =>
          system === 'power' ? (
            <Power {...{ parts, plant, width }} />
          ) : system === 'water' ? (
            <Water {...{ parts, plant, width }} />
          ) : system === 'hvac' ? (
            <Hvac {...{ parts, plant }} />
          ) : (
            <Lifts {...{ parts, plant }} />
          )
        }
      </Measured>
    </section>
  )
}

/** Drawn for the room that there is, px. */
function Measured({ children }: { readonly children: (width: number) => ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current!
    const measure = () => setWidth(element.clientWidth - 32)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return (
    <div className="ov-plant" ref={box}>
      {width > 0 ? children(width) : null}
    </div>
  )
}
