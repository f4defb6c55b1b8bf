export { type HtmlReport, htmlReport, type ReportPicture, type ReportTable } from './html-report';
export { type LabelledPoint, type LabelledPoints, labelledPoints } from './labelled-points';
export { type Curve, type LearningCurves, learningCurves } from './learning-curves';
export { seriesColors } from './picture-style';
export { type Panel, type PictureSpec, renderPicture } from './render-picture';
export { pictureEndings, writePicture } from './write-picture';
export { type NamedPicture, writePictures } from './write-pictures';
