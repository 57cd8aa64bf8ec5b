import { Waiting } from '@/ui/state'

export default function SignInScreen() {
  return <Waiting />
}
