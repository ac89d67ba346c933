import { Link } from 'wouter'
import type { CounterId } from '../../../rules/month.ts'
import { useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { useMonthRows } from '../months.ts'
import { useText } from '../text/index.ts'
import { Dialog } from './Dialog.tsx'
import { Empty, Loaded } from './notes.tsx'

interface Props {
  readonly month: string
  readonly counter: CounterId
  readonly title: string
  /** The number is of an archive; the rows are those of now. */
  readonly archived: boolean
  readonly onClose: () => void
}
/** What a number of a month counts, each with the page where it stands. */
export function MonthRows({ month, counter, title, archived, onClose }: Props) {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const query = useMonthRows(month, counter)
  return (
    <Dialog title={`${title} · ${month}`} onClose={onClose}>
      {archived ? <p className="dim">{t('monthly.rowsNow')}</p> : null}
      <Loaded query={query} what={title}>
        {rows =>
          rows.length === 0 ? (
            <Empty title={t('monthly.noRows')} />
          ) : (
            <ul className="exl">
              {rows.map((row, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a key that went out twice is two rows
                <li key={i}>
                  <time dateTime={row.at}>{formatDay(Date.parse(row.at), zone)}</time>
                  <span>
                    <Link href={row.link} className="link">
                      {plain(row.no)}
                    </Link>{' '}
                    <bdi>{plain(of(row.text))}</bdi>
                    {row.demo ? <span className="cap"> {t('registers.demo')}</span> : null}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Dialog>
  )
}
