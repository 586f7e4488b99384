"""First names common in the neighbourhood that the Dutch list lacks, and their other scripts.

Short lists of the commonest by hand: Polish with the everyday forms, Ukrainian, Bulgarian,
Romanian, West and East African, Surinamese and Antillean; Arabic and Cyrillic as residents write.
"""

from __future__ import annotations

from typing import Final

LATIN: Final = """
    moha mo paweł michał kuba łukasz grzegorz wojciech wojtek mariusz dariusz darek zbigniew zbyszek
    rafał jacek maciek szymon kacper bartek przemek sławek jarek jarosław radek mirek stanisław
    staszek tomek piotrek krzysiek krzysiu janek zosia kasia kasi kasię gosia małgorzata basia ania
    aga dorota iwona jolanta justyna sylwia weronika wiktoria hania zuzia julka elżbieta grażyna
    bożena marysia agata ewelina kinga olek franek antek stasiek leszek zenek wiesiek
    soerin kojo jurmain shurandy mireya ruthmila rignald marva soerdjan rinaldo jairo shurmel
    fatou ousmane ibrahima yohannes tesfay abeba ngozi chidi jianjun modou lamin awa adama
    kwabena akosua filmon mehari senait tsegay habtom merhawi
    olena oksana dmytro oleksandr oleksii svitlana iryna andriy volodymyr mykola yulia natalya
    serhii georgi dimitar stoyan todor plamen desislava yordanka gergana krasimir hristo boyko rumen
    ionut mihai ioana gheorghe florin vasile bogdan ileana
"""

HARDLY_WORDS: Final = """
    jan kees piet hans peter tom kim ellen nina eva sara marco rob adam julian adrian sebastian ravi
    juan luis jaap fleur
"""
"""First names that other languages' lists count as words, but Dutch talk hardly uses so."""

ARABIC: Final = """
    يوسف محمد أحمد محمود مصطفى إبراهيم خالد عمر حسن حسين عبدالله عبدالرحمن إسماعيل بلال حمزة طارق
    رشيد يونس ياسين زكريا عثمان أيوب إلياس مروان سمير وليد عادل فؤاد جمال هشام أنس إدريس بوجمعة
    فاطمة خديجة عائشة زينب مريم سميرة نعيمة مليكة نادية حنان سعاد ليلى ياسمين سلمى سارة لطيفة رشيدة
    جميلة حليمة فتيحة زهرة إيمان هدى رقية آمنة دنيا
"""

CYRILLIC: Final = """
    иван георги димитър стоян николай тодор пламен красимир христо петър васил борис александър
    мария елена иванка десислава йорданка гергана даниела силвия петя ваня стефка радка цветелина
    олена оксана дмитро олександр світлана ірина андрій володимир микола юлія наталія сергій тетяна
    катерина михайло ганна алексей сергей дмитрий наталья татьяна ольга анна владимир михаил
"""
