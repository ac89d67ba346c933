import { Link } from 'wouter'
import type { ChannelView, EquipmentView } from '../../../../gateway/http/contract.ts'
import { useChannels, useEquipment, useMay } from '../../api.ts'
import { formatAge, formatNumber, formatProtocol, plain } from '../../format.ts'
import { useTicking } from '../../live.ts'
import { Budget } from '../../parts/Budget.tsx'
import { Lines } from '../../parts/Lines.tsx'
import { Empty, Loaded } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { ChannelLink } from './channel-link.tsx'
import { OpcuaServer } from './opcua-server.tsx'

export function Channels() {
  const { t } = useText()
  const query = useChannels()
  const fills = useMay('site.write')
  const equipment = new Map((useEquipment().data ?? []).map(one => [one.id, one]))
  return (
    <Loaded query={query} what={t('channels.title')}>
      {channels =>
        channels.length === 0 ? (
          <section className="card">
            <Empty icon="link" title={t('channels.empty')} why={t('channels.emptyWhy')} />
            {fills ? (
              <div className="card-f">
                <Link href="/settings/add" className="btn pri">
                  {t('settings.add')}
                </Link>
              </div>
            ) : null}
          </section>
        ) : (
          <div className="places">
            <OpcuaServer />
            {channels.map(channel => (
              <Channel key={channel.id} channel={channel} equipment={equipment} />
            ))}
          </div>
        )
      }
    </Loaded>
  )
}

interface Props {
  readonly channel: ChannelView
  readonly equipment: ReadonlyMap<string, EquipmentView>
}
function Channel({ channel, equipment }: Props) {
  const { t, of, lang } = useText()
  const n = channel.equipment.length
  const off = channel.equipment.filter(one => one.online !== true).length
  return (
    <section className="card">
      <div className="card-h">
        <h2>
          <bdi>{plain(channel.id)}</bdi>
        </h2>
        <span className="dim">{formatProtocol(channel.protocol)}</span>
        {channel.budget?.overloaded ? <b>{t('channels.overloaded')}</b> : null}
        <span className={`ml ${off > 0 ? 'q-t' : 'dim'}`}>
          {off > 0 ? t('channels.someOffline', { n, off }) : t('channels.allOnline', { n })}
        </span>
      </div>
      <ChannelLink channel={channel} />
      <Lines channel={channel} />
      <table className="tbl fix chs">
        <thead>
          <tr>
            <th>{t('channels.equipment')}</th>
            <th>{t('common.state')}</th>
            <th className="r">{t('channels.scan')}</th>
            <th className="r">{t('channels.cycle')}</th>
            <th className="r">{t('channels.retry')}</th>
          </tr>
        </thead>
        <tbody>
          {channel.equipment.map(one => {
            const known = equipment.get(one.id)
            const state = one.online === true ? 'online' : one.online === false ? 'offline' : 'unknown'
            return (
              <tr key={one.id}>
                <td>
                  <Link href={`/equipment/${encodeURIComponent(one.id)}`} className="link">
                    <bdi>{known ? of(known.name) : plain(one.id)}</bdi>
                  </Link>
                </td>
                <td className="nw">
                  <span className={`st ${state === 'online' ? 'run' : 'unknown'}`}>{t(`channels.${state}`)}</span>
                </td>
                <td className="r nw dim">
                  {one.scanMs === null
                    ? '—'
                    : one.scanMs < 1
                      ? '<1 ms'
                      : `${formatNumber(Math.round(one.scanMs), lang)} ms`}
                </td>
                <td className="r dim">
                  <Cycle cycles={one.cycles} />
                </td>
                <td className="r nw">
                  {one.retryAt === null ? <span className="dim3">—</span> : <Retry at={one.retryAt} />}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <Budget channel={channel} equipment={equipment} />
    </section>
  )
}

/** A tenth later than asked is the jitter of any bus; more is said. */
const LATE = 1.1

/** The fastest group of the device: how often it is read, and how often it was asked to be if that is not reached. */
function Cycle({ cycles }: { readonly cycles: ChannelView['equipment'][number]['cycles'] }) {
  const { t, lang } = useText()
  const first = cycles[0]
  if (!first || first.achievedMs === null) return <span className="dim3">—</span>
  const seconds = (ms: number, decimals: number) => `${formatNumber(ms / 1000, lang, decimals)} s`
  const achieved = seconds(first.achievedMs, 2)
  // As it is shown: of two that read 1.10 s none is late and the other not.
  if (Math.round(first.achievedMs / 10) * 10 <= LATE * first.askedMs) return <>{achieved}</>
  return (
    <span className="q-t">
      {achieved} ({t('channels.cycleAsked', { t: seconds(first.askedMs, first.askedMs % 1000 === 0 ? 0 : 2) })})
    </span>
  )
}

function Retry({ at }: { readonly at: string }) {
  const { t } = useText()
  const due = Date.parse(at)
  const text = useTicking(now =>
    due - now < 1000 ? t('channels.retryNow') : t('channels.retryIn', { t: formatAge(due - now) }),
  )
  return <span>{text}</span>
}
