/** Entry of a worker thread: finds cells in one picture at a time. */
import { answerTasks } from "../answer-tasks.ts";
import { doCellTask } from "./cell-task.ts";

answerTasks(doCellTask);
