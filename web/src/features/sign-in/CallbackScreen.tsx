import { Waiting } from '@/ui/state'

export default function CallbackScreen() {
  return <Waiting />
}
