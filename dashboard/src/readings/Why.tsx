import type { ReadingView } from '../../../gateway/http/contract.ts'
import { findings, readingReasons } from '../../../rules/readings/quality.ts'
import { plain } from '../format.ts'
import { Icon } from '../parts/Icon.tsx'
import { useText } from '../text/index.ts'

/** What kind of reading it is, and why it is doubtful or not there. */
export function Why({ reading }: { readonly reading: ReadingView }) {
  const { t, of } = useText()
  const { quality, reason, finding, validation, demo, by } = reading
  const doubtful = validation === 'uncertain' || quality === 'missing'
  return (
    <>
      {doubtful ? <Icon name="warn" /> : null} {t(`readings.qualities.${quality}`)}
      {validation === 'valid' && !doubtful ? null : <> · {t(`readings.validation.${validation}`)}</>}
      {finding ? <div>{of(findings[finding])}</div> : null}
      {reason ? <div className={quality === 'missing' ? '' : 'cap'}>{of(readingReasons[reason])}</div> : null}
      {by ? (
        <div className="cap">
          <bdi>{plain(by)}</bdi>
          {reading.note === '' ? '' : ` · ${plain(reading.note)}`}
        </div>
      ) : null}
      {demo ? <div className="cap made">{t('consumption.demo')}</div> : null}
    </>
  )
}
