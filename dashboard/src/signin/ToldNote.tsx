import { useState } from 'react'
import { post, queries, useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Note, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'

/** What others did to the account of whoever has signed in; stands until he says that he has seen it. */
export function ToldNote() {
  const { t } = useText()
  const me = useMe()
  const away = useRecordBlock()
  const [error, setError] = useState<unknown>(null)
  if (!me.told) return null
  const seen = async () => {
    setError(null)
    try {
      await post('session/told', {})
      await queries.invalidateQueries({ queryKey: ['me'] })
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <Note sort="medium" icon="warn" role="status" title={t('identity.toldTitle')}>
      {me.told.map(({ at, by }) => (
        <p key={at}>
          {t('identity.factorTaken', { by: plain(by), time: formatDay(Date.parse(at), me.site.timezone) })}
        </p>
      ))}
      <Refusal error={error} />
      <Button small blocked={away} onClick={() => void seen()}>
        {t('identity.seenIt')}
      </Button>
    </Note>
  )
}
