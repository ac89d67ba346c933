import { useEffect, useRef } from 'react'
import { Link, Redirect } from 'wouter'
import { may } from '../../../rules/permission.ts'
import { useMe } from '../api.ts'
import { type Section, sectionNames, sectionsOf, settingNeeds } from '../find/pagelist.ts'
import { plain } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Page, signOut } from '../parts/Frame.tsx'
import { NotYours } from '../parts/notes.tsx'
import { SiteReview } from '../parts/SiteReview.tsx'
import { useText } from '../text/index.ts'
import '../commission.css'
import { AddDevice } from '../add/page.tsx'
import { PlanSettings } from '../plan/PlanSettings.tsx'
import { Backups } from './settings/backups.tsx'
import { Broker } from './settings/broker.tsx'
import { Bulk } from './settings/bulk.tsx'
import { ByteOrder } from './settings/byteorder.tsx'
import { Changes } from './settings/changes.tsx'
import { Channels } from './settings/channels.tsx'
import { Detect } from './settings/detect.tsx'
import { Displays } from './settings/displays.tsx'
import { EmergencySettings } from './settings/emergency.tsx'
import { HistoryStats } from './settings/history.tsx'
import { ImportExport } from './settings/import.tsx'
import { MaintenancePlans } from './settings/maintenance.tsx'
import { MyPassword } from './settings/me.tsx'
import { Notify } from './settings/notify.tsx'
import { OrderSettings } from './settings/orders.tsx'
import { Outputs } from './settings/outputs.tsx'
import { People } from './settings/people.tsx'
import { Permissions } from './settings/permissions.tsx'
import { Personal } from './settings/personal.tsx'
import { Profiles } from './settings/profiles.tsx'
import { Rules } from './settings/rules.tsx'
import { Security } from './settings/security.tsx'
import { Site } from './settings/site.tsx'
import { Tokens } from './settings/tokens.tsx'

const sections: Record<Section, () => React.ReactNode> = {
  site: Site,
  add: AddDevice,
  changes: Changes,
  bulk: Bulk,
  table: ImportExport,
  rules: Rules,
  channels: Channels,
  profiles: Profiles,
  byteOrder: ByteOrder,
  detect: Detect,
  orders: OrderSettings,
  maintenance: MaintenancePlans,
  emergency: EmergencySettings,
  plans: PlanSettings,
  history: HistoryStats,
  backups: Backups,
  notify: Notify,
  outputs: Outputs,
  people: People,
  permissions: Permissions,
  personal: Personal,
  displays: Displays,
  tokens: Tokens,
  broker: Broker,
  security: Security,
  me: MyPassword,
}

export default function Settings({ section }: { readonly section: string | undefined }) {
  const { t } = useText()
  const me = useMe()
  const { name: person, role } = me
  const tabs = useRef<HTMLElement>(null)
  const mine = sectionsOf(me)
  const current = sectionNames.find(name => name === section)
  useEffect(() => {
    if (current) tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [current])
  if (!current) return <Redirect to={`/settings/${mine[0] ?? 'me'}`} replace />
  const needs = settingNeeds[current]
  const Shown = sections[current]
  return (
    <Page title={t('settings.title')} sub={t(`settings.${current}`)}>
      <div className="only-s bar-h">
        <div className="row sb">
          <bdi className="el">{plain(person)}</bdi>
          <Button icon="out" onClick={signOut}>
            {t('top.signOut')}
          </Button>
        </div>
      </div>
      <nav ref={tabs} className="tabs bar-h" aria-label={t('settings.sections')}>
        {mine.map(name => (
          <Link key={name} href={`/settings/${name}`} aria-current={name === current ? 'page' : undefined}>
            {t(`settings.${name}`)}
          </Link>
        ))}
      </nav>
      {needs === null || may(role, needs) ? <Shown /> : <NotYours permission={needs} />}
      <SiteReview />
    </Page>
  )
}
