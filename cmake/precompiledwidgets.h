#pragma once

// What nearly every file of the window includes anyway, read once.
#include <QAbstractScrollArea>
#include <QAction>
#include <QBoxLayout>
#include <QCoreApplication>
#include <QLabel>
#include <QPainter>
#include <QString>
#include <QTableView>
#include <QTimer>
#include <QWidget>
