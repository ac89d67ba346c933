import { useDoors } from '../access.ts'
import { DoorExplain } from '../parts/doors/DoorExplain.tsx'
import { DoorSearch } from '../parts/doors/DoorSearch.tsx'
import { Page } from '../parts/Frame.tsx'
import { Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './doors.css'
import './doorlog.css'

/** Events of doors looked for and taken along, what they come to, and why somebody could come in somewhere or not. */
export default function DoorLog() {
  const { t } = useText()
  const doors = useDoors(60_000)
  return (
    <Page title={t('doorLog.title')} sub={t('doorLog.sub')}>
      <Loaded query={doors} what={t('doorLog.title')}>
        {({ items }) => (
          <div className="col g3">
            <DoorSearch doors={items} />
            <DoorExplain doors={items} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}
