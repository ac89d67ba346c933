import { useEffect, useRef } from 'react'
import { Link, Redirect } from 'wouter'
import { may, type Permission } from '../../../rules/permission.ts'
import { useMe } from '../api.ts'
import { plain } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Page, signOut } from '../parts/Frame.tsx'
import { NotYours } from '../parts/notes.tsx'
import { SiteReview } from '../parts/SiteReview.tsx'
import { useText } from '../text/index.ts'
import '../commission.css'
import { Backups } from './settings/backups.tsx'
import { Broker } from './settings/broker.tsx'
import { Bulk } from './settings/bulk.tsx'
import { ByteOrder } from './settings/byteorder.tsx'
import { Changes } from './settings/changes.tsx'
import { Channels } from './settings/channels.tsx'
import { Detect } from './settings/detect.tsx'
import { EmergencySettings } from './settings/emergency.tsx'
import { HistoryStats } from './settings/history.tsx'
import { ImportExport } from './settings/import.tsx'
import { MaintenancePlans } from './settings/maintenance.tsx'
import { MyPassword } from './settings/me.tsx'
import { Notify } from './settings/notify.tsx'
import { OrderSettings } from './settings/orders.tsx'
import { Outputs } from './settings/outputs.tsx'
import { People } from './settings/people.tsx'
import { Profiles } from './settings/profiles.tsx'
import { Rules } from './settings/rules.tsx'
import { Site } from './settings/site.tsx'
import { Tokens } from './settings/tokens.tsx'

const sections = {
  site: { needs: 'site.read', page: Site },
  changes: { needs: 'site.read', page: Changes },
  bulk: { needs: 'site.read', page: Bulk },
  table: { needs: 'site.read', page: ImportExport },
  rules: { needs: 'site.read', page: Rules },
  channels: { needs: 'site.read', page: Channels },
  profiles: { needs: 'site.read', page: Profiles },
  byteOrder: { needs: 'site.write', page: ByteOrder },
  detect: { needs: 'detection.run', page: Detect },
  orders: { needs: 'site.read', page: OrderSettings },
  maintenance: { needs: 'site.read', page: MaintenancePlans },
  emergency: { needs: 'site.read', page: EmergencySettings },
  history: { needs: 'site.read', page: HistoryStats },
  backups: { needs: 'backup.manage', page: Backups },
  notify: { needs: 'notify.read', page: Notify },
  outputs: { needs: 'site.read', page: Outputs },
  people: { needs: 'user.manage', page: People },
  tokens: { needs: 'token.manage', page: Tokens },
  broker: { needs: 'broker-account.manage', page: Broker },
  me: { needs: null, page: MyPassword },
} as const satisfies Record<string, { needs: Permission | null; page: () => React.ReactNode }>
type Section = keyof typeof sections

export default function Settings({ section }: { readonly section: string | undefined }) {
  const { t } = useText()
  const { name: person, role } = useMe()
  const tabs = useRef<HTMLElement>(null)
  const mine = (Object.keys(sections) as Section[]).filter(name => {
    const { needs } = sections[name]
    return needs === null || may(role, needs)
  })
  const current = (Object.keys(sections) as Section[]).find(name => name === section)
  useEffect(() => {
    if (current) tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [current])
  if (!current) return <Redirect to={`/settings/${mine[0] ?? 'me'}`} replace />
  const { needs, page: Shown } = sections[current]
  return (
    <Page title={t('settings.title')} sub={t(`settings.${current}`)}>
      <div className="only-s bar-h">
        <div className="row sb">
          <bdi className="el">{plain(person)}</bdi>
          <Button icon="out" onClick={() => void signOut()}>
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
