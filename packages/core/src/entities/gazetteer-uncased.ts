/** Words of Arabic, Hebrew and Hindi that show names, which have no capitals there. Separated by spaces. */

/** Titles: the word after them is a name. */
export const uncasedTitles = `السيد السيدة الدكتور الدكتورة الأستاذ الأستاذة المهندس المهندسة الشيخ الآنسة
מר גברת גב פרופ פרופסור דוקטור הרב
श्री श्रीमती सुश्री कुमारी डॉ डॉक्टर प्रोफेसर पंडित`;

/** "My name is" and the like, as the last one or two words before the name; words joined by "_". */
export const uncasedIntroductions = `اسمي اسمه اسمها يدعى تدعى שמי קוראים_לי קוראים_לו קוראים_לה ושמו ושמה
मेरा_नाम उसका_नाम उनका_नाम इसका_नाम`;

/** First names that are no ordinary word. */
export const uncasedFirstNames = `محمد أحمد يوسف إبراهيم مصطفى محمود حسين خالد طارق ياسر عبدالله عبدالرحمن فاطمة مريم خديجة زينب ياسمين
ليلى رانيا سارة عائشة أمينة سلمى نادية سميرة يوسف عثمان بلال أنس إسماعيل
יעל נועה מיכל יונתן דניאל איתי רחל רבקה מרים אברהם שלמה אסף עידו גלעד רועי אביגיל ליאור דוד משה יוסף יעקב שרה לאה תמר אורי נועם
राहुल प्रिया अमित अंजलि रोहन सुनीता नेहा राजेश सुरेश संजय अर्जुन मोहन रोहित विराट सचिन अनिता रमेश महेश
मनोज दिनेश मुकेश प्रियंका ऐश्वर्या करण निखिल`;

/** Family names, which go on a name that has begun. */
export const uncasedLastNames = `صلاح حسن علي عمر كريم العلوي المصري الشامي بنعلي منصور حداد خوري
כהן לוי מזרחי פרץ ביטון דהן פרידמן שפירא גולן ברק אזולאי גבאי חדד כץ
शर्मा वर्मा सिंह गुप्ता कुमार पटेल मिश्रा यादव खान जोशी अग्रवाल रेड्डी नायर मेहता चौधरी देवी`;

/** With the name of a place after them (Arabic, Hebrew) or before them (Hindi) they are an organisation. */
export const uncasedInstitutions = `جامعة بنك مستشفى אוניברסיטת בנק עיריית विश्वविद्यालय बैंक`;
