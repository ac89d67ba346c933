import { Link } from 'wouter'
import type { AlarmView, PermitView } from '../../../../gateway/http/contract.ts'
import { useMay } from '../../api.ts'
import { plain } from '../../format.ts'
import { usePermits } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Icon } from '../Icon.tsx'
import '../../pages/permits.css'

/** Work that may be the cause: it goes on, was stopped by this very alarm, or has left something glowing. */
const worked = (p: PermitView): boolean =>
  (p.kind === 'hot-work' || p.kind === 'isolation') &&
  (p.phase === 'live' ||
    p.phase === 'suspended' ||
    p.phase === 'watch' ||
    (p.phase === 'expired' && p.spans.length > 0))
const around = (p: PermitView, alarm: Pick<AlarmView, 'spaces'>): boolean => {
  const at = alarm.spaces.at(-1)?.id
  return alarm.spaces.some(s => s.id === p.space) || (at !== undefined && p.spaces.includes(at))
}

/** The permits around a pressing alarm, with whom to call. Nothing is suppressed by them: a fire may well begin there. */
export function PermitNote({ alarm }: { readonly alarm: AlarmView }) {
  const pressing = (alarm.severity === 'life' || alarm.severity === 'high') && alarm.spaces.length > 0
  const may = useMay('permit.read')
  return pressing && may ? <Notes alarm={alarm} /> : null
}
function Notes({ alarm }: { readonly alarm: AlarmView }) {
  const { t } = useText()
  const permits = usePermits(false).data?.filter(p => worked(p) && around(p, alarm)) ?? []
  return permits.map(p => (
    <div key={p.id} className="pm-a" data-permit-note={p.no}>
      <b className="ic">
        <Icon name="fire" />
        {t(`permits.note.${p.kind === 'isolation' ? 'isolation' : p.phase === 'live' ? 'live' : 'stopped'}`)}
      </b>
      <Link href={`/permits/${encodeURIComponent(p.id)}`} className="link mono">
        {p.no}
      </Link>
      <span>{plain(p.spot)}</span>
      <span>
        {t('permits.guardianIs', { name: plain(p.guardian) })}{' '}
        {p.guardianPhone === '' ? null : (
          <a className="link mono" href={`tel:${p.guardianPhone}`}>
            {plain(p.guardianPhone)}
          </a>
        )}
      </span>
    </div>
  ))
}
