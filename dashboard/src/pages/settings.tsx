import { Link, Redirect } from 'wouter'
import { may, type Permission } from '../../../rules/permission.ts'
import { useMe } from '../api.ts'
import { Page } from '../parts/Frame.tsx'
import { useText } from '../text/index.ts'
import { Broker } from './settings/broker.tsx'
import { Channels } from './settings/channels.tsx'
import { Detect } from './settings/detect.tsx'
import { ImportExport } from './settings/import.tsx'
import { MyPassword } from './settings/me.tsx'
import { People } from './settings/people.tsx'
import { Site } from './settings/site.tsx'
import { Tokens } from './settings/tokens.tsx'

const sections = {
  site: { needs: 'site.read', page: Site },
  table: { needs: 'site.read', page: ImportExport },
  channels: { needs: 'site.read', page: Channels },
  detect: { needs: 'detection.run', page: Detect },
  people: { needs: 'user.manage', page: People },
  tokens: { needs: 'token.manage', page: Tokens },
  broker: { needs: 'broker-account.manage', page: Broker },
  me: { needs: null, page: MyPassword },
} as const satisfies Record<string, { needs: Permission | null; page: () => React.ReactNode }>
type Section = keyof typeof sections

export default function Settings({ section }: { readonly section: string | undefined }) {
  const { t } = useText()
  const { role } = useMe()
  const mine = (Object.keys(sections) as Section[]).filter(name => {
    const { needs } = sections[name]
    return needs === null || may(role, needs)
  })
  const current = mine.find(name => name === section)
  if (!current) return <Redirect to={`/settings/${mine[0] ?? 'me'}`} replace />
  const Shown = sections[current].page
  return (
    <Page title={t('settings.title')} sub={t(`settings.${current}`)}>
      <nav className="tabs bar-h" aria-label={t('settings.sections')}>
        {mine.map(name => (
          <Link key={name} href={`/settings/${name}`} aria-current={name === current ? 'page' : undefined}>
            {t(`settings.${name}`)}
          </Link>
        ))}
      </nav>
      <Shown />
    </Page>
  )
}
