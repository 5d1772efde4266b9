// A thread that unpacks groups of archives, one after the other.
import { answerTasks } from '../worker-threads.ts';
import { unpackGroup } from './unpack-group.ts';

answerTasks(unpackGroup);
