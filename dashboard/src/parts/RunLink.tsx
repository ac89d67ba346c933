import { Link } from 'wouter'
import { useRuns } from '../api.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'

/** The open run that an alarm belongs to, as a link. */
export function RunLink({ alarm }: { readonly alarm: string }) {
  const { of } = useText()
  const run = useRuns().data?.find(one => one.phase === 'open' && one.alarms.includes(alarm))
  if (!run) return null
  return (
    <Link href={`/runbooks/${encodeURIComponent(run.id)}`} className="link ic">
      <Icon name="runbooks" />
      {of(run.name)}
    </Link>
  )
}
