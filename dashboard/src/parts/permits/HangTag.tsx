import { useState } from 'react'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { NewTag } from './NewTag.tsx'

/** Hangs a tag on the equipment of this page. */
export function HangTag({ equipment }: { readonly equipment: string }) {
  const { t } = useText()
  const away = useRecordBlock()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button className="hang" icon="lock" blocked={away} onClick={() => setAsking(true)}>
        {t('tags.new')}
      </Button>
      {asking ? <NewTag equipment={equipment} onClose={() => setAsking(false)} /> : null}
    </>
  )
}
