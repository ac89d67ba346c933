import { Link } from 'wouter'
import { useMay } from '../api.ts'
import { useText } from '../text/index.ts'

/** To what people read with their own eyes. */
export function ByHandLinks() {
  const { t } = useText()
  if (!useMay('reading.take')) return null
  return (
    <>
      <Link href="/readings/walk" className="btn">
        {t('meterWalk.title')}
      </Link>
      <Link href="/readings/special" className="btn">
        {t('special.title')}
      </Link>
    </>
  )
}
